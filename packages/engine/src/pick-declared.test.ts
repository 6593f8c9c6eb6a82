import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from './core/json.ts'
import { pickDeclared } from './pick-declared.ts'
import { parseVariablePath } from './webhook-path.ts'
import { parseSample } from './webhook-sample.ts'

const body: Json = {
  a: 1,
  b: { c: 2, d: 3 },
  items: [
    { sku: 'x', n: 1 },
    { sku: 'y', n: 2 },
  ],
  none: null,
}
const pick = (value: Json, ...paths: string[]) =>
  pickDeclared(
    value,
    paths.map((path) => parseVariablePath(path)!),
  )

test.each<[string[], Json | undefined]>([
  [['a'], { a: 1 }],
  [['b.c'], { b: { c: 2 } }],
  [['b', 'b.c'], { b: { c: 2, d: 3 } }],
  [['items[1].sku'], { items: [null, { sku: 'y' }] }],
  [['items[0].sku', 'items[1].n'], { items: [{ sku: 'x' }, { n: 2 }] }],
  [['items.sku'], { items: [{ sku: 'x' }, { sku: 'y' }] }],
  [['items[7]'], { items: [] }],
  [['none', 'none.x', 'gone', 'a', 'b.c.x'], { none: null, a: 1, b: {} }],
  [['toString'], {}],
  [[], {}],
])('takes %j', (paths, expected) => {
  expect(pick(body, ...paths)).toEqual(expected)
})

test('takes nothing of a text', () => {
  expect(pick('text', 'a')).toBeUndefined()
  expect(pick([{ a: 1, b: 2 }], '[0].a')).toEqual([{ a: 1 }])
})

test('takes everything when everything is declared', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const names = Object.keys(value).filter((name) => parseVariablePath(name))
      expect(pick(value as Json, ...names)).toEqual(value)
      const leaves = parseSample({ body: value as Json }).body.map(({ path }) => path)
      expect(pick(value as Json, ...leaves)).toEqual(value)
    }),
  )
})
