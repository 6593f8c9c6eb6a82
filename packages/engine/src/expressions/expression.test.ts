import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { compileExpression } from './expression.ts'
import type { Roots } from './roots.ts'

const roots: Roots = {
  context: {
    data: { amount: 12, items: [{ price: 2 }, { price: 3 }], text: 'x'.repeat(600_000) },
    query: { page: '2' },
  },
  nodes: { create_1: { id: 'r1' }, other: { id: 'r2' } },
  vars: { total: 5 },
  scopes: { each: { item: 'a', index: 0, length: 3 } },
  system: { now: '2026-01-01T00:00:00.000Z', executionId: 'e1', workflowKey: 'w1' },
  secrets: { TOKEN: 's3cret', OTHER: 'x' },
}

function kindOf(source: string): string {
  return compileExpression(source).kind
}

describe('how an expression is evaluated', () => {
  it('reads plain paths and computes simple expressions at once', () => {
    expect(compileExpression('$context.data.amount')).toMatchObject({ kind: 'path' })
    const sum = compileExpression('$body.amount * 2 + $vars.total > 20 ? "large" : "small"')
    expect(sum.kind).toBe('sync')
    expect(sum.evaluate(roots)).toBe('large')
  })

  it('runs cheap functions and predicates through JSONata in this process', async () => {
    const total = compileExpression('$sum($body.items[price > 2].price)')
    expect(total.kind).toBe('async')
    expect(await total.evaluate(roots)).toBe(3)
    expect(kindOf('$body.items.{ "p": price, "text": $uppercase("a") & $ }')).toBe('async')
  })

  it('keeps everything that can hold the process for the sandbox', () => {
    for (const source of [
      '$map($body.items, function($i) { $i.price })',
      '($f := function($n) { $f($n) }; $f(1))',
      '[1..1000]',
      '$pad("x", 1000000000)',
      '$match($body.text, /(a+)+$/)',
      '$contains($body.text, /a/)',
      '$eval("1")',
      '$body.items^(price)',
      '$body.items{ $string(price): price }',
      '$body.items ~> |$|{"a": 1}|',
      '$context.**.price',
      '$body.items@$i.price',
      '$body.items#$i.price',
      '$join($body.items.price, $body.text)',
      '$now()',
      '$sum(?)',
    ])
      expect(kindOf(source), source).toBe('sandbox')
  })

  it('refuses the sandbox kind without a sandbox and says what to do', async () => {
    await expect(compileExpression('[1..3]').evaluate(roots)).rejects.toMatchObject({ code: 'expression_not_allowed' })
  })

  it('gives the sandbox only what the expression names', async () => {
    const calls: [string, JsonObject][] = []
    const sandbox = async (source: string, bindings: JsonObject) => {
      calls.push([source, bindings])
      return undefined
    }
    const source = '[1..$count($nodes.create_1.id & $secrets.TOKEN)]'
    const value = await compileExpression(source, { secrets: true }).evaluate(roots, { sandbox })
    expect(value).toBeUndefined()
    expect(calls).toEqual([[source, { nodes: { create_1: { id: 'r1' } }, secrets: { TOKEN: 's3cret' } }]])
    await compileExpression('a[b ~> /x/]', { input: true }).evaluate({}, { sandbox, input: { a: 1 } })
    expect(calls[1]?.[1]).toEqual({ $: { a: 1 } })
  })

  it('evaluates over an input document', async () => {
    const expression = compileExpression('{ "prices": items.price, "first": $.items[0].price }', { input: true })
    expect(await expression.evaluate({}, { input: { items: [{ price: 1 }, { price: 2 }] } })).toEqual({
      prices: [1, 2],
      first: 1,
    })
  })
})

describe('what an expression reads', () => {
  it('lists references, with aliases resolved', () => {
    expect(compileExpression('$jobsMapByNodeKey.a[0].id & $body.x').references).toEqual([
      { root: 'nodes', path: ['a', 0, 'id'] },
      { root: 'context', path: ['data', 'x'] },
    ])
    expect(compileExpression('$nodes.a.b[c = $vars.d].e + $nodes[x]').references).toEqual([
      { root: 'nodes', path: ['a', 'b'] },
      { root: 'vars', path: ['d'] },
      { root: 'nodes', path: [] },
    ])
    expect(compileExpression('($item := 1; $item + $index)').references).toEqual([{ root: 'index', path: [] }])
  })

  it('refuses unknown roots, functions, names without a root and secrets', () => {
    const refused: [string, RegExp][] = [
      ['$contxt.data', /no \$contxt/],
      ['$contxt.data + 1', /no \$contxt/],
      ['$foo(1)', /no function \$foo/],
      ['amount > 5', /`amount` has no root/],
      ['$headers.x-sign', /`sign` has no root/],
      ['$secrets.TOKEN', /Secrets/],
      ['"a" & $secrets.TOKEN', /Secrets/],
      ['$context.', /./],
      ['', /empty/],
      ['('.repeat(5_000), /deep|nested|end/i],
      [`${'-('.repeat(200)}1${')'.repeat(200)}`, /deep/],
      [`"${'x'.repeat(10_001)}"`, /10000 characters/],
    ]
    for (const [source, message] of refused) expect(() => compileExpression(source), source).toThrow(message)
  })

  it('reads every root', async () => {
    const texts = ['$query.page', '$scopes.each.index', '$system.workflowKey', '$var.total', '$nodes.other.id']
    const values = await Promise.all(texts.map((text) => compileExpression(text).evaluate(roots)))
    expect(values).toEqual(['2', 0, 'w1', 5, 'r2'])
  })
})

describe('bounds', () => {
  it('stops at texts that are too long, however they are made', async () => {
    for (const source of [
      '$body.text & $body.text',
      '$length($body.text & $body.text)',
      '$string([$body.text, $body.text])',
      '$join([$body.text, $body.text])',
      '$body.items.($body.text & $body.text)',
      '$body.items.$body',
    ])
      await expect(async () => await compileExpression(source).evaluate(roots), source).rejects.toMatchObject({
        code: 'expression_limit',
      })
  })

  it('hands over to the sandbox what takes too long in this process', async () => {
    const items = Array.from({ length: 3_000 }, (_, id) => ({ id }))
    const source = '$count($param[id in $param[id in $$.x or id > $index].id])'
    await expect(
      async () => await compileExpression(source).evaluate({ param: items, index: 1 }),
    ).rejects.toMatchObject({ code: 'expression_limit' })
    const sandbox = async () => 7
    expect(await compileExpression(source).evaluate({ param: items, index: 1 }, { sandbox })).toBe(7)
  })

  it('never reaches a prototype', async () => {
    for (const source of [
      '$context.__proto__.toString',
      '$context.constructor',
      '$context.constructor & ""',
      '$context.*.constructor',
      '$lookup($context, "constructor")',
    ])
      expect((await compileExpression(source).evaluate(roots)) ?? '', source).toBe('')
    expect(await compileExpression('{ "__proto__": { "x": 1 } }').evaluate(roots)).toEqual({})
  })

  it('leaves what it reads as it is, which JSONata doesn’t', async () => {
    const param = { rows: [[[]]], one: [1] }
    await compileExpression('$param.rows.{ "a": 1 }').evaluate({ param })
    await compileExpression('rows.{ "a": 1 }', { input: true }).evaluate({}, { input: param })
    expect(await compileExpression('$param.one[]').evaluate({ param })).toEqual([1])
    expect(param).toEqual({ rows: [[[]]], one: [1] })
    expect(Object.keys(param.one)).toEqual(['0'])
  })

  it('takes data that looks like a JSONata function for data', async () => {
    const param = { _jsonata_lambda: true, body: { type: 'value', value: 1 }, arguments: [] }
    await expect(
      async () => await compileExpression('$contains("a", $param)').evaluate({ param }),
    ).rejects.toMatchObject({ code: 'expression_failed' })
  })

  it('fails on a result that no JSON can hold', async () => {
    expect(() => compileExpression('1 / 0').evaluate({})).toThrow('finite')
    expect(() => compileExpression('"a" + 1').evaluate({})).toThrow('left side is not a number')
    await expect(async () => await compileExpression('$number("x")').evaluate({})).rejects.toMatchObject({
      code: 'expression_failed',
    })
  })
})
