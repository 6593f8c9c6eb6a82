import fc from 'fast-check'
import jsonata from 'jsonata'
import { expect, it } from 'vitest'
import type { Json } from '../core/json.ts'
import { compileExpression } from './expression.ts'

const name = fc.constantFrom('a', 'b', 'c')
const scalar = fc.constantFrom<Json>(0, 1, -2.5, 0.1, 1e21, '', 'x', '10', 'é', true, false, null)
const { data } = fc.letrec<{ data: Json }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.dictionary(name, tie('data'), { maxKeys: 3 }).map((value) => ({ ...value })),
    fc.array(tie('data'), { maxLength: 3 }),
  ),
}))

const operator = fc.constantFrom(...'+ - * / % < <= > >= = != & and or in'.split(' '))
const { source } = fc.letrec<Record<'source', string>>((tie) => ({
  source: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('0', '1', '2.5', '-3', '"x"', '""', '"10"', 'true', 'false', 'null'),
    fc
      .tuple(
        fc.constantFrom('item', 'param'),
        fc.array(
          fc.oneof(
            name.map((n) => `.${n}`),
            fc.constantFrom('[0]', '[-1]'),
          ),
        ),
      )
      .map(([root, steps]) => `$${root}${steps.join('')}`),
    fc.tuple(tie('source'), operator, tie('source')).map(([l, o, r]) => `(${l}) ${o} (${r})`),
    fc.tuple(tie('source'), operator, tie('source')).map(([l, o, r]) => `${l} ${o} ${r}`),
    fc.tuple(tie('source'), tie('source'), tie('source')).map(([c, t, e]) => `((${c}) ? ${t} : ${e})`),
    fc.tuple(tie('source'), fc.constantFrom('??', '?:'), tie('source')).map(([l, o, r]) => `((${l}) ${o} ${r})`),
    fc.tuple(fc.constantFrom('-', '$not', '$boolean', '$exists'), tie('source')).map(([f, s]) => `${f}(${s})`),
    fc.array(tie('source'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.array(tie('source'), { maxLength: 3 }).map((items) => `{${items.map((s, i) => `"k${i}": ${s}`).join(', ')}}`),
  ),
}))

it('agrees with JSONata on any expression and data', async () => {
  const kinds: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(source, data, data, async (text, item, param) => {
      let compiled: ReturnType<typeof compileExpression>
      try {
        compiled = compileExpression(text)
      } catch (error) {
        expect(() => jsonata(text)).toThrow((error as Error).message)
        return
      }
      kinds[compiled.kind] = (kinds[compiled.kind] ?? 0) + 1
      const expected = await outcome(async () => {
        const value = await jsonata(text).evaluate(undefined, { item, param })
        if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('not finite')
        return value
      })
      expect(await outcome(async () => compiled.evaluate({ item, param }))).toEqual(expected)
    }),
    { numRuns: 5_000 },
  )
  expect(kinds.sync).toBeGreaterThan(1_000)
}, 60_000)

async function outcome(evaluate: () => Promise<unknown>): Promise<unknown> {
  try {
    const value = await evaluate()
    return { value: value === undefined ? 'missing' : JSON.parse(JSON.stringify(value)) }
  } catch {
    return { failed: true }
  }
}
