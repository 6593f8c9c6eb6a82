import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { messageNode } from './message.ts'
import { validateConfig } from './validate-config.ts'

test('gives its text', async () => {
  expect(await runNode(messageNode, { text: 'Saved' })).toEqual({ kind: 'message', text: 'Saved' })
})

test('turns the value of an expression into text', async () => {
  expect(await runNode(messageNode, { text: 42 })).toEqual({ kind: 'message', text: '42' })
  expect(await runNode(messageNode, { text: null })).toEqual({ kind: 'message', text: '' })
  expect(await runNode(messageNode, { text: { a: [1] } })).toEqual({ kind: 'message', text: '{"a":[1]}' })
})

test('refuses to be without a text', () => {
  expect(validateConfig(messageNode, {})).toMatchObject([{ path: 'text' }])
})
