import { expect, test } from 'vitest'
import { compileFires } from '../next-fires.ts'
import { afterMissed, planFires } from './plan-fires.ts'

const next = compileFires({ everyMs: 10 })

test('what was missed is left out, reduced to the last, or kept', () => {
  expect(afterMissed(next, 20, 45, 'skip')).toBe(50)
  expect(afterMissed(next, 20, 45, 'last')).toBe(40)
  expect(afterMissed(next, 20, 45, 'all')).toBe(20)
  expect(afterMissed(next, 50, 45, 'skip')).toBe(50)
})

test('what is due fires in order, so many at a time', () => {
  expect(planFires(next, 20, 45, 100)).toEqual({ fires: [20, 30, 40], next: 50 })
  expect(planFires(next, 20, 45, 2)).toEqual({ fires: [20, 30], next: 40 })
  expect(planFires(next, 50, 45, 2)).toEqual({ fires: [], next: 50 })
  expect(planFires(compileFires({ everyMs: 10, end: 30 }), 20, 45, 9)).toEqual({ fires: [20, 30], next: null })
  expect(planFires(next, null, 45, 2)).toEqual({ fires: [], next: null })
})
