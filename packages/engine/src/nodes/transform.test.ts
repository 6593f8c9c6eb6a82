import { expect, it } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { resolveTemplate } from '../expressions/index.ts'
import { createMemorySandbox } from '../testing/index.ts'
import { compileConfig } from './compile-config.ts'
import { transformNode } from './transform.ts'
import { validateConfig } from './validate-config.ts'

const roots = {
  context: {
    data: {
      items: [
        { qty: 2, price: 3 },
        { qty: 1, price: 5 },
      ],
      rate: 10,
    },
  },
}

async function transform(config: JsonObject): Promise<unknown> {
  const template = compileConfig(transformNode, config)
  expect(template.problems).toEqual([])
  return ((await resolveTemplate(template, roots)) as JsonObject).expression
}

it('evaluates an expression over the source', async () => {
  expect(await transform({ source: '{{$context.data.items}}', expression: '$sum(price)' })).toBe(8)
  expect(await transform({ source: '$context.data', expression: '{{ items[qty > 1].price }}' })).toBe(3)
  expect(await transform({ expression: '{ "first": items[0].qty }', source: '{{$context.data}}' })).toEqual({
    first: 2,
  })
})

it('reads what the run knows beside the source', async () => {
  expect(await transform({ source: '{{$body.items}}', expression: '$sum(qty) * $body.rate' })).toBe(30)
})

it('gives the source to the sandbox when the expression needs one', async () => {
  const documents: unknown[] = []
  const sandbox = createMemorySandbox({ evaluate: () => 'answered' })
  const template = compileConfig(transformNode, {
    source: '{{$body.items}}',
    expression: '$map($, function($i) { $i.qty })',
  })
  const resolved = await resolveTemplate(template, roots, {
    sandbox: (source, bindings, options) => {
      documents.push(bindings.$)
      return sandbox.evaluate(source, bindings, options)
    },
  })
  expect(resolved).toMatchObject({ expression: 'answered' })
  expect(documents).toEqual([roots.context.data.items])
})

it('says what is wrong with the expression', () => {
  const problems = (expression: string) =>
    compileConfig(transformNode, { source: '{{$body}}', expression }).problems.map(({ path }) => path)
  expect(problems('items[')).toEqual(['expression'])
  expect(problems('total: {{ items }}')).toEqual(['expression'])
  expect(problems('$nodes.a & name')).toEqual([])
  expect(validateConfig(transformNode, { source: '{{$body}}' })).toMatchObject([{ path: 'expression' }])
})
