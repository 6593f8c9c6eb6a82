import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkJsonSchema, jsonSchemaProblem } from './json-schema.ts'

function faultsOf(schema: JsonObject, value: Json): [path: string | undefined, message: string][] {
  try {
    checkJsonSchema(schema, value, 'body')
    return []
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'schema_invalid') throw error
    return error.items.map(({ path, message }) => [path, message])
  }
}

const order: JsonObject = {
  type: 'object',
  required: ['id', 'items'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' },
    items: { type: 'array', uniqueItems: true, items: { type: 'object', properties: { n: { type: 'integer' } } } },
    'a/b': { enum: [1, 'x'] },
  },
}

describe('a value', () => {
  it('that fits passes', () => {
    expect(faultsOf(order, { id: 'AB-1', items: [{ n: 1 }, { n: 2 }], 'a/b': 'x' })).toEqual([])
  })

  it('is told every path that fails, once', () => {
    expect(faultsOf(order, { id: 'x', items: [{ n: 1 }, { n: 'a' }], more: 1, 'a/b': 2 })).toEqual([
      ['body.more', 'There is no such member.'],
      ['body.id', 'The value must match pattern "^[A-Z]{2}-\\d+$".'],
      ['body.items.1.n', 'The value must be integer.'],
      ['body.a/b', 'The value must be one of: 1, "x".'],
    ])
    expect(faultsOf(order, {})).toEqual([
      ['body.id', 'A value is required.'],
      ['body.items', 'A value is required.'],
    ])
    expect(faultsOf(order, null)).toEqual([['body', 'The value must be object.']])
  })

  it('is told 20 paths at most, and the first of a large value', () => {
    const numbers = { type: 'array', items: { type: 'number' } }
    expect(faultsOf(numbers, Array(100).fill('x'))).toHaveLength(20)
    expect(faultsOf(numbers, Array(100_000).fill('x'))).toEqual([['body.0', 'The value must be number.']])
  })

  it('may not have the same item twice, whatever the order of members', () => {
    const schema = { uniqueItems: true }
    expect(
      faultsOf(schema, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toHaveLength(1)
    expect(faultsOf(schema, [1, '1', [1], { a: [1] }, null])).toEqual([])
  })
})

describe('a schema', () => {
  it.each<[JsonObject, RegExp]>([
    [{ type: 'text' }, /type/],
    [{ properties: 1 }, /properties/],
    [{ $ref: 'https://example.com/schema' }, /resolve reference/],
    [{ pattern: '(?=a)' }, /look-around/],
    [{ pattern: '(' }, /\(/],
  ])('%j is told what is wrong with it', (schema, problem) => {
    expect(jsonSchemaProblem(schema)).toMatch(problem)
    expect(faultsOf(schema, 'x')).toHaveLength(1)
  })

  it('without end fails as what it is', () => {
    const schema: JsonObject = { $ref: '#' }
    expect(faultsOf(schema, 1)).toHaveLength(1)
  })

  it('with an id can be used in the next version too', () => {
    for (const type of ['string', 'number']) {
      const schema = { $id: 'https://example.com/a', type }
      expect(jsonSchemaProblem(schema)).toBeUndefined()
      expect(faultsOf(schema, 'a')).toHaveLength(type === 'string' ? 0 : 1)
    }
  })

  it('tells its patterns apart', () => {
    const schema = {
      properties: { a: { pattern: '^a' }, b: { pattern: '^b' } },
      patternProperties: { '^x': { type: 'null' } },
    }
    expect(faultsOf(schema, { a: 'a', b: 'b', x1: null })).toEqual([])
    expect(faultsOf(schema, { a: 'b', b: 'a', x1: 1 }).map(([path]) => path)).toEqual(['body.a', 'body.b', 'body.x1'])
  })
})

describe('time', () => {
  it.each<[string, JsonObject, Json]>([
    ['a pattern that backtracks', { pattern: '^(a+)+$' }, `${'a'.repeat(5_000)}!`],
    ['a long text', { pattern: '^(a|a)*$' }, 'a'.repeat(1_000_000)],
    ['many items', { uniqueItems: true }, Array.from({ length: 100_000 }, (_, n) => ({ n: n % 99_999 }))],
  ])('is bounded for %s', (_, schema, value) => {
    const start = performance.now()
    expect(faultsOf(schema, value)).toHaveLength(1)
    // Backtracking would take years, comparing each with each minutes.
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

it('answers any value against any schema with faults or none', () => {
  const keyword = fc.constantFrom(
    'type',
    'pattern',
    'properties',
    'items',
    'uniqueItems',
    'enum',
    '$ref',
    'not',
    'required',
  )
  const schema = fc.dictionary(keyword, fc.jsonValue({ maxDepth: 2 }))
  fc.assert(
    fc.property(schema, fc.jsonValue(), (some, value) => {
      expect(Array.isArray(faultsOf(some as JsonObject, value as Json))).toBe(true)
    }),
  )
})
