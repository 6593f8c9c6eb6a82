import { describe, expect, it } from 'vitest'
import { holdBody, releaseBody } from './body-budget.ts'

const MIB = 1_048_576

describe('the bodies under way', () => {
  it('take 64 MiB together; what is over is asked to come again, and fits once others are answered', () => {
    const requests = Array.from({ length: 2 }, () => ({}))
    try {
      for (const request of requests) {
        holdBody(request, 1)
        holdBody(request, 32 * MIB - 1)
      }
      const late = {}
      expect(() => holdBody(late, 1)).toThrow(
        expect.objectContaining({ code: 'unavailable', headers: { Connection: 'close', 'Retry-After': '1' } }),
      )
      releaseBody(late)
      expect(() => holdBody(late, 1)).toThrow()
      releaseBody(requests[0]!)
      holdBody(late, 32 * MIB)
      releaseBody(late)
    } finally {
      for (const request of requests) releaseBody(request)
    }
  })
})
