import { expect, it } from 'vitest'
import { answerReply } from './answer.ts'

const about = { executionId: '0198c0de-0000-7000-8000-000000000000', requestId: 'r1' }
const headersOf = (headers: Record<string, string>) =>
  Object.fromEntries(answerReply({ status: 200, headers, body: '<script>1</script>' }, about).headers)

it('is nothing that a browser would run', () => {
  expect(headersOf({})).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
})

it.each(['Content-Security-Policy', 'content-security-policy'])(
  'keeps pages in a sandbox, whatever %s says',
  (name) => {
    expect(headersOf({ 'Content-Type': 'text/html', [name]: 'default-src *' })).toMatchObject({
      'content-type': 'text/html',
      'content-security-policy': 'sandbox, default-src *',
    })
    expect(headersOf({ 'Content-Type': 'text/html' })['content-security-policy']).toBe('sandbox')
  },
)

it.each(['x-content-type-options', 'X-Content-Type-Options', 'x-request-id', 'ensue-execution-id'])(
  'keeps its own %s',
  (name) => {
    expect(headersOf({ [name]: 'other', 'X-Own': 'mine' })).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-request-id': 'r1',
      'ensue-execution-id': about.executionId,
      'x-own': 'mine',
    })
  },
)
