import { describe, expect, test } from 'vitest'
import { NodeError } from './core/errors.ts'
import { retryPause } from './node-failure.ts'
import type { NodeType } from './nodes/define-node.ts'
import { emailNode } from './nodes/email.ts'
import { httpNode } from './nodes/http.ts'
import { recordQueryNode } from './nodes/record-query.ts'

const node = {
  key: 'a',
  type: 'http',
  config: {},
  retry: { maxAttempts: 4, delayMs: 100, backoff: 'exponential' as const },
}
const pause = (type: Pick<NodeType, 'traits'>, error: NodeError, attempt = 1) => retryPause(node, type, attempt, error)

describe('the next attempt', () => {
  test('comes after a pause that grows, or after what the server asks for', () => {
    const error = new NodeError('http_status', '503', { retryable: true })
    expect([1, 2, 3, 4].map((attempt) => pause(httpNode, error, attempt))).toEqual([100, 200, 400, undefined])
    expect(pause(httpNode, new NodeError('http_status', '503', { retryable: true, retryAfterMs: 7_000 }))).toBe(7_000)
  })

  test.each(['http_status', 'egress_refused', 'email_rejected', 'uncertain', 'invalid_config'])(
    'of what reaches the outside world does not come after %s, unless it may pass',
    (code) => {
      for (const type of [httpNode, emailNode]) {
        expect(pause(type, new NodeError(code, 'for good'))).toBeUndefined()
        expect(pause(type, new NodeError(code, 'for now', { retryable: true }))).toBe(100)
      }
    },
  )

  test('of other nodes comes after any failure but a reference that leads nowhere', () => {
    expect(pause(recordQueryNode, new NodeError('record_not_found', 'not yet'))).toBe(100)
    expect(pause(recordQueryNode, new NodeError('unresolved_reference', 'never'))).toBeUndefined()
  })
})
