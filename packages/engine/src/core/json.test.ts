import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findUnstorable,
  hasMoreValuesThan,
  isStorableText,
  MAX_JSON_DEPTH,
  sizeOf,
  toJson,
  toStorableText,
} from './json.ts'

function nest(depth: number): unknown {
  return depth === 0 ? 1 : [nest(depth - 1)]
}

describe('toJson', () => {
  it('turns what JSON can’t hold into its nearest', () => {
    const when = new Date('2026-01-02T03:04:05Z')
    expect(toJson({ a: undefined, b: [undefined, Number.NaN], c: when, d: 10n, e: () => 1 })).toEqual({
      b: [null, null],
      c: '2026-01-02T03:04:05.000Z',
      d: '10',
      e: null,
    })
  })

  it('drops keys that reach the prototype', () => {
    const out = toJson(JSON.parse('{"__proto__":{"x":1},"constructor":1,"a":1}'))
    expect(out).toEqual({ a: 1 })
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
  })

  it('makes any value storable', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4, withDate: true, withBigInt: true }), (value) => {
        expect(findUnstorable(toJson(value))).toBeUndefined()
      }),
    )
  })

  it('refuses values that are too deep or circular', () => {
    expect(toJson(nest(MAX_JSON_DEPTH))).toEqual(nest(MAX_JSON_DEPTH))
    expect(() => toJson(nest(MAX_JSON_DEPTH + 1))).toThrow(RangeError)
    const circular: unknown[] = []
    circular.push(circular)
    expect(() => toJson(circular)).toThrow(RangeError)
  })
})

describe('storable text', () => {
  it('has neither U+0000 nor lone surrogates', () => {
    expect(isStorableText('😀')).toBe(true)
    for (const text of ['\u0000', 'a\ud800', '\udc00b']) {
      expect(isStorableText(text)).toBe(false)
      expect(isStorableText(toStorableText(text))).toBe(true)
    }
  })

  it('is told by the path of the first fault', () => {
    expect(findUnstorable({ a: [{ b: '\u0000' }] })).toEqual({ path: 'a.0.b', reason: 'text' })
    expect(findUnstorable({ a: Number.POSITIVE_INFINITY })).toEqual({ path: 'a', reason: 'type' })
    expect(findUnstorable(nest(65))).toMatchObject({ reason: 'depth' })
  })
})

describe('the number of values', () => {
  it('counts every value at every level', () => {
    const value = { a: [1, null, { b: 'x' }], c: {} }
    expect(hasMoreValuesThan(value, 6)).toBe(true)
    expect(hasMoreValuesThan(value, 7)).toBe(false)
    expect(hasMoreValuesThan(1, 0)).toBe(true)
    expect(hasMoreValuesThan(Array(100_000).fill(0), 100_000)).toBe(true)
  })

  it('does not mind how deep they are', () => {
    expect(hasMoreValuesThan(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), 1_000_000)).toBe(false)
  })
})

describe('sizeOf', () => {
  it.each([null, true, 12, 'short', 'ü'.repeat(1_000), { a: 'x'.repeat(2_000), b: [1, 2, 3] }])(
    'is about that of the JSON: %j',
    (value) => {
      const bytes = Buffer.byteLength(JSON.stringify(value))
      expect(sizeOf(value)).toBeGreaterThanOrEqual(bytes)
      expect(sizeOf(value)).toBeLessThan(bytes * 1.1 + 32)
    },
  )
})
