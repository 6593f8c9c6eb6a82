import { expect, test } from 'vitest'
import { compileConfig } from './compile-config.ts'
import { httpNode } from './http.ts'
import { messageNode } from './message.ts'
import { reviewNode } from './review.ts'

test('lets secrets into members that are marked for them only', () => {
  const secret = '{{$secrets.TOKEN}}'
  const http = {
    url: 'https://a.b',
    headers: { Authorization: `Bearer ${secret}` },
    body: { type: 'text', value: secret },
  }
  expect(compileConfig(httpNode, http).problems).toEqual([])
  expect(compileConfig(messageNode, { text: secret }).problems).toMatchObject([{ path: 'text' }])
})

test('leaves raw members alone and compiles bare expressions', () => {
  const template = compileConfig(reviewNode, {
    title: 'a',
    form: { title: '{{ not an expression' },
    assignees: { expression: '$context.data.manager' },
  })
  expect(template.problems).toEqual([])
  expect(template.references).toMatchObject([{ root: 'context', at: 'assignees.expression' }])
})
