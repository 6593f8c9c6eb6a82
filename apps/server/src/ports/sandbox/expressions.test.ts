import type { JsonObject } from '@ensue/engine'
import { afterAll, describe, expect, it } from 'vitest'
import { createTestSandbox } from './testing/create-test-sandbox.ts'

const { sandbox } = createTestSandbox()
afterAll(() => sandbox.pool.stop())

const evaluate = (source: string, bindings: JsonObject = {}) => sandbox.evaluate(source, bindings)

describe('an expression in the sandbox', () => {
  it('is JSONata over its bindings and its input document', async () => {
    const body = {
      items: [
        { qty: 2, name: 'b' },
        { qty: 1, name: 'a' },
      ],
    }
    expect(await evaluate('$map($body.items, function($i) { $i.qty * 2 })', { body })).toEqual([4, 2])
    expect(await evaluate('$body.items^(name).name', { body })).toEqual(['a', 'b'])
    expect(await evaluate('$sort($body.items, function($a, $b) { $a.qty > $b.qty }).qty', { body })).toEqual([1, 2])
    expect(await evaluate('[1..4]')).toEqual([1, 2, 3, 4])
    expect(await evaluate('$replace("a-b-c", /-/, "")')).toBe('abc')
    expect(await evaluate('$pad("7", -3, "0")')).toBe('007')
    expect(await evaluate('items{ name: qty }', { $: body })).toEqual({ a: 1, b: 2 })
    expect(await evaluate('$formatNumber(1234.5, "#,##0.00")')).toBe('1,234.50')
    expect(await evaluate('$toMillis("2020-01-01T00:00:00Z")')).toBe(1_577_836_800_000)
  })

  it('tells a missing value from null', async () => {
    expect(await evaluate('$filter($body, function($x) { false })', { body: [1] })).toBeUndefined()
    expect(await evaluate('$map([1], function($x) { null })')).toBeNull()
  })

  it('fails with what is wrong', async () => {
    for (const [source, code] of [
      ['$map(1, 2)', 'expression_failed'],
      ['function($x) { $x }', 'expression_failed'],
      ['$error("mine")', 'expression_failed'],
      ['$eval("1 +")', 'expression_failed'],
      ['$pad("x", 2000000)', 'expression_limit'],
      ['($f := function($n) { 1 + $f($n) }; $f(1))', 'expression_limit'],
      ['[1..9999999]', 'expression_limit'],
    ] as const)
      await expect(evaluate(source), source).rejects.toMatchObject({ code })
  })

  it('changes nothing for those after it', async () => {
    for (const source of [
      '$map(["__proto__", "constructor"], function($k) { $lookup({}, $k) })',
      '{"a": 1}.{"__proto__": {"polluted": 1}}',
      '$merge([$eval("{\\"__proto__\\": {\\"polluted\\": 1}}")])',
      '{} ~> |$|{"__proto__": {"polluted": 1}}|',
      '$string.constructor("return process")()',
    ])
      await evaluate(source).catch(() => {})
    expect(await evaluate('[$x.polluted, $map([1], function($i) { $i.polluted })]', { x: {} })).toEqual([])
  })
})

describe('an expression that is meant to harm', () => {
  it.each([
    ['endless tail recursion', '($f := function($n) { $f($n) }; $f(1))'],
    ['a pattern that backtracks', `$match("${'a'.repeat(45)}b", /(a+)+$/)`],
    ['a huge text', '$pad("x", 1000000000)'],
    ['texts that grow', '($f := function($t, $n) { $n = 0 ? $t : $f($t & $t, $n - 1) }; $f("xxxxxxxxxxxxxxxx", 60))'],
    ['lists that grow', '($f := function($l) { $f($append($l, $l)) }; $f([1..1000]))'],
  ])('%s ends within the limit while others are served', async (_, source) => {
    const started = performance.now()
    let ended = false
    const hostile = evaluate(source).then(
      () => 'done',
      ({ code }: { code: string }) => {
        ended = true
        return code
      },
    )
    const innocent = await evaluate('$map([1, 2], function($n) { $n + 1 })')
    expect(innocent).toEqual([2, 3])
    if (!ended) expect(performance.now() - started).toBeLessThan(4_000)
    expect(await hostile).toBe('expression_limit')
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await evaluate('[1..2]')).toEqual([1, 2])
  })
})
