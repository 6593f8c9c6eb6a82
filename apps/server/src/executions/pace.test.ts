import { expect, it } from 'vitest'
import { createPace } from './pace.ts'

it('holds queued executions back while callers are served, and for no longer', () => {
  let at = 0
  const pace = createPace(() => at)
  expect(pace.next()).toEqual({ starts: Number.POSITIVE_INFINITY })

  pace.callerServed('run')
  pace.callerServed('read')
  expect(pace.next()).toEqual({ starts: 4 })
  at = 4
  expect(pace.next()).toEqual({ starts: 0, againInMs: 6 })
  at = 10
  expect(pace.next()).toEqual({ starts: 4 })

  at = 101
  expect(pace.next()).toEqual({ starts: Number.POSITIVE_INFINITY })

  pace.callerServed('read')
  expect(pace.next()).toEqual({ starts: 4 })
  at = 127
  expect(pace.next()).toEqual({ starts: Number.POSITIVE_INFINITY })
})
