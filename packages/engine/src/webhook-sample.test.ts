import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from './core/json.ts'
import { readPath } from './expressions/path.ts'
import { parseVariablePath } from './webhook-path.ts'
import { parseSample } from './webhook-sample.ts'

const paths = (body: Json) => parseSample({ body }).body.map(({ path }) => path)

test('gives containers and what is in them, with types and samples', () => {
  expect(parseSample({ body: { a: 1, b: { c: 'x' } } }).body).toEqual([
    { path: 'a', type: 'number', sample: 1 },
    { path: 'b', type: 'object', sample: null },
    { path: 'b.c', type: 'string', sample: 'x' },
  ])
})

test('numbers the items of lists', () => {
  expect(paths({ items: [{ sku: 'a' }, 'b'] })).toEqual(['items', 'items[0]', 'items[0].sku', 'items[1]'])
  expect(paths([{ a: null }])).toEqual(['[0]', '[0].a'])
  expect(parseSample({ query: { query: [{ a: '1' }] } }).query.map(({ path }) => path)).toEqual([
    'query',
    'query[0]',
    'query[0].a',
  ])
})

test('names headers in lower case', () => {
  expect(parseSample({ headers: { 'X-Request-Id': '7' } }).headers).toEqual([
    { path: 'x-request-id', type: 'string', sample: '7' },
  ])
})

test('puts names that a path would break at in backquotes, and leaves out what none can hold', () => {
  expect(paths({ 'a.b': { 'c[0]': 1, 'd e': true }, 'x`y': 1, '': 1, constructor: 1 })).toEqual([
    '`a.b`',
    '`a.b`.`c[0]`',
    '`a.b`.d e',
  ])
})

test('cuts long samples and long lists', () => {
  const [text] = parseSample({ body: { text: 'x'.repeat(1_000) } }).body
  expect(String(text?.sample)).toHaveLength(200)
  const long = parseSample({ body: Array(600).fill(1) })
  expect([long.body.length, long.isCut]).toEqual([500, true])
  expect(parseSample({ body: Array(500).fill(1) }).isCut).toBe(false)
})

test('gives paths that lead to their samples', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
      for (const { path, type, sample } of parseSample({ body: body as JsonObject }).body) {
        const steps = parseVariablePath(path)
        // An index of more than three digits is no variable.
        expect(steps, path).toBeDefined()
        if (type === 'object' || type === 'array') continue
        const found = steps!.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], body)
        expect(typeof found === 'string' ? found.slice(0, 200).toWellFormed() : found).toEqual(sample)
      }
    }),
  )
})

test('gives paths that expressions read in the same way', () => {
  const body: Json = { items: [{ sku: 'a' }, { sku: 'b' }], n: { m: [[1, 2]] } }
  for (const { path, sample, type } of parseSample({ body }).body)
    if (type !== 'object' && type !== 'array') expect(readPath(body, parseVariablePath(path)!)).toEqual(sample)
})
