import { describe, expect, it } from 'vitest'
import {
  type ConditionGroup,
  conditionGroupSchema,
  evaluateCondition,
  evaluateConditions,
  type Operator,
} from './conditions.ts'
import type { Json } from './core/json.ts'

const DECIDED: [Json, Operator, Json, boolean][] = [
  [1, 'equals', '1.0', true],
  ['10.50', 'equals', 10.5, true],
  ['007', 'equals', '7', false],
  [0, 'equals', '', false],
  [null, 'equals', null, true],
  [null, 'equals', 0, false],
  [{ a: [1] }, 'equals', { a: [1] }, true],
  ['a', 'notEquals', 'b', true],
  ['10', 'gt', '9', true],
  [10, 'gt', '9.5', true],
  ['b', 'gt', 'a', true],
  ['b', 'gt', 1, false],
  [null, 'gt', 1, false],
  [null, 'lt', 1, false],
  [null, 'gte', null, false],
  [2, 'gte', 2, true],
  [1, 'lt', 2, true],
  [3, 'lte', 2, false],
  ['hello', 'contains', 'ell', true],
  [['a', 1], 'contains', '1', true],
  [null, 'contains', 'a', false],
  ['abc', 'contains', null, false],
  [null, 'notContains', 'a', true],
  ['INV-1', 'startsWith', 'INV', true],
  ['INV-1', 'endsWith', 1, true],
  ['x', 'startsWith', null, false],
  ['a', 'in', ['a', 'b'], true],
  ['2', 'in', [1, 2], true],
  ['a', 'in', 'abc', false],
  [null, 'in', [], false],
  ['', 'empty', null, true],
  [[], 'empty', null, true],
  [{}, 'empty', null, true],
  [0, 'empty', null, false],
  [[0], 'notEmpty', null, true],
  ['AB-12', 'matches', '^[A-Z]+-\\d+$', true],
  [null, 'matches', 'a', false],
  ['2026-01-02', 'after', '2026-01-01T23:59:59Z', true],
  ['2026-01-01 10:00:00+02', 'before', '2026-01-01T08:30:00', true],
  [0, 'before', '1970-01-01T00:00:00.001Z', true],
  ['yesterday', 'before', '2026-01-01', false],
  [null, 'after', '2026-01-01', false],
  [true, 'isTrue', null, true],
  ['true', 'isTrue', null, true],
  ['yes', 'isTrue', null, false],
  [0, 'isFalse', null, true],
  [null, 'isFalse', null, false],
]

describe('conditions', () => {
  it.each(DECIDED)('%j %s %j is decided as %j', (left, operator, right, expected) => {
    expect(evaluateCondition({ left, operator, right })).toBe(expected)
  })

  it('nest in all and any', () => {
    const yes = { left: 1, operator: 'equals', right: 1 } as const
    const no = { left: 1, operator: 'equals', right: 2 } as const
    expect(evaluateConditions({ all: [yes, { any: [no, yes] }] })).toBe(true)
    expect(evaluateConditions({ all: [yes, { all: [yes, no] }] })).toBe(false)
    expect(evaluateConditions({ all: [] })).toBe(true)
    expect(evaluateConditions({ any: [] })).toBe(false)
  })

  it('fail on a pattern that came out of an expression and can’t be read', () => {
    expect(() => evaluateCondition({ left: 'a', operator: 'matches', right: '(' })).toThrow(
      expect.objectContaining({ code: 'expression_invalid' }),
    )
  })
})

describe('the schema of conditions', () => {
  const accepts = (group: unknown) => conditionGroupSchema.safeParse(group).success
  const condition = { left: '{{$body.a}}', operator: 'equals', right: 1 }

  it('accepts groups and refuses unknown operators and members', () => {
    expect(accepts({ all: [condition, { any: [{ left: 1, operator: 'empty' }] }] })).toBe(true)
    expect(accepts({ all: [{ ...condition, operator: 'like' }] })).toBe(false)
    expect(accepts({ all: [], any: [] })).toBe(false)
    expect(accepts(condition)).toBe(false)
  })

  it('bounds depth and number', () => {
    const nested = (depth: number): ConditionGroup => ({ all: depth > 1 ? [nested(depth - 1)] : [] })
    expect(accepts(nested(16))).toBe(true)
    expect(accepts(nested(17))).toBe(false)
    expect(accepts({ any: Array(200).fill(condition) })).toBe(true)
    expect(accepts({ any: Array(201).fill(condition) })).toBe(false)
  })

  it('checks patterns that hold no expression', () => {
    expect(accepts({ all: [{ left: 'a', operator: 'matches', right: '{{$body.pattern}}' }] })).toBe(true)
    const { error } = conditionGroupSchema.safeParse({ all: [{ left: 'a', operator: 'matches', right: '(a' }] })
    expect(error?.issues[0]?.path).toEqual(['all', 0, 'right'])
  })
})
