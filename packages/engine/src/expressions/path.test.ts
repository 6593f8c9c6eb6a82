import fc from 'fast-check'
import jsonata from 'jsonata'
import { expect, it } from 'vitest'
import type { Json } from '../core/json.ts'
import { readPath, scanPath } from './path.ts'

it('reads names in any script, quoted names and indices', () => {
  expect(scanPath('$context.data.金额')).toEqual({ variable: 'context', steps: ['data', '金额'] })
  expect(scanPath('$headers.`x-signature`')).toEqual({ variable: 'headers', steps: ['x-signature'] })
  expect(scanPath('$nodes.query[0].a[-1]')).toEqual({ variable: 'nodes', steps: ['query', 0, 'a', -1] })
  expect(scanPath('$nodes.query.0.a')).toEqual({ variable: 'nodes', steps: ['query', '0', 'a'] })
})

it('leaves everything else to JSONata', () => {
  for (const source of [
    '$a.b + 1',
    '$a-b',
    'a.b',
    '$a.b[c=1]',
    '$a.$b',
    '$a..b',
    '$a.b[]',
    '$a.*',
    '$sum($a)',
    '$',
    '',
  ])
    expect(scanPath(source), source).toBeUndefined()
})

it('reads an array by a number among the names', () => {
  expect(readPath({ items: [{ a: 1 }, { a: 2 }] }, ['items', '1', 'a'])).toBe(2)
  expect(readPath({ 2024: 'year' }, ['2024'])).toBe('year')
})

it('reads own members only', () => {
  expect(readPath({ a: {} }, ['a', 'toString'])).toBeUndefined()
  expect(readPath({ a: 'text' }, ['a', 'length'])).toBeUndefined()
  expect(readPath({ a: [1] }, ['a', 'length'])).toBeUndefined()
})

const name = fc.constantFrom('a', 'b', 'c')
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Json>(1, 'x', null, true),
    fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3 }).map((value) => ({ ...value })),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}))
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: name }, fc.integer({ min: -2, max: 2 })), {
  minLength: 1,
  maxLength: 5,
})

it('agrees with JSONata on any data', async () => {
  const seen = { found: 0 }
  await fc.assert(
    fc.asyncProperty(tree, steps, async (data, path) => {
      const source = `$root${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`
      const expected: unknown = await jsonata(source).evaluate(undefined, { root: data })
      if (expected !== undefined) seen.found++
      expect(scanPath(source)?.steps).toEqual(path)
      expect(plain(readPath(data, path))).toEqual(plain(expected))
    }),
    { numRuns: 3_000 },
  )
  expect(seen.found).toBeGreaterThan(100)
})

// JSONata marks its arrays and makes objects without a prototype.
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
