import { expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { responseNode } from './response.ts'
import { validateConfig } from './validate-config.ts'

test('replies 200 without a body by default', async () => {
  expect(await runNode(responseNode, {})).toEqual({ kind: 'respond', reply: { status: 200, headers: {}, body: null } })
})

test('replies with status, headers and body', async () => {
  const config = { status: 201, headers: { 'X-Count': 3 }, body: { ok: true } }
  expect(await runNode(responseNode, config)).toEqual({
    kind: 'respond',
    reply: { status: 201, headers: { 'X-Count': '3' }, body: { ok: true } },
  })
})

test.each([
  ['Set-Cookie', 'a=b'],
  ['Clear-Site-Data', '"cookies"'],
  ['Strict-Transport-Security', 'max-age=31536000'],
  ['Service-Worker-Allowed', '/'],
  ['Transfer-Encoding', 'chunked'],
  ['Connection', 'close'],
  ['Content-Length', '3'],
  ['X-Evil', 'a\r\nSet-Cookie: a=b'],
  ['X-Evil', 'a\nb'],
  ['X Evil', 'a'],
  ['X-Evil\r\nA', 'a'],
])('refuses the header %j: %j', async (name, value) => {
  expect(validateConfig(responseNode, { headers: { [name]: value } })).toMatchObject([{ path: `headers.${name}` }])
  await expect(runNode(responseNode, { headers: { [name]: value } })).rejects.toThrow()
})

test('accepts an expression over several lines as a header on save, but no line break it gives', async () => {
  const headers = { 'X-Id': '{{\n$context.data.id\n}}' }
  expect(validateConfig(responseNode, { headers })).toEqual([])
  await expect(runNode(responseNode, { headers })).rejects.toThrow('line break')
})

test('refuses a status that HTTP does not have', () => {
  expect(validateConfig(responseNode, { status: 99 })).toMatchObject([{ path: 'status' }])
  expect(validateConfig(responseNode, { status: '{{$vars.status}}' })).toEqual([])
})
