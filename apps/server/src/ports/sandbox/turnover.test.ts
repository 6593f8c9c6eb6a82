import { afterAll, describe, expect, it } from 'vitest'
import { createTestSandbox } from './testing/create-test-sandbox.ts'

// One runner, so that each run comes after the one before in the same process.
const { sandbox, run } = createTestSandbox(1)
afterAll(() => sandbox.pool.stop())

const TRACES = `return [
  typeof left, [].left ?? null, Object.keys({}).length, Array.prototype.map.name, typeof setTimeout,
  JSON.stringify({ a: 1 }), new Date(0).getTime(), 'a-b'.split('-').length, new URL('http://a.b/c').pathname, Math.max(1, 2),
]`

describe('a run knows nothing of the one before', () => {
  it.each([
    ['globals', 'globalThis.left = 1; return 1'],
    ['prototypes', 'Array.prototype.left = 1; Array.prototype.map = null; return 1'],
    [
      'a prototype that can no longer change',
      'Object.freeze(Object.prototype); Object.freeze(Array.prototype); return 1',
    ],
    ['built-in functions', 'JSON.stringify = () => "no"; Math.max = null; Date.prototype.getTime = null; return 1'],
    ['what the harness may use', 'Promise.prototype.then = null; String.prototype.split = null; return 1'],
    ['a getter on every object', 'Object.defineProperty(Object.prototype, "left", { get: () => 1 }); return 1'],
    ['timers that never ran', 'setTimeout(() => { for (;;); }, 1); setTimeout = null; return 1'],
    [
      'a promise that nobody waits for',
      'void (async () => { for (let i = 0; i < 10; i++) await i; for (;;); })(); return 1',
    ],
    ['a URL that was replaced', 'URL = class {}; return 1'],
    ['much memory', 'globalThis.left = Array(2_000_000).fill(1.5); return 1'],
    ['an error', 'globalThis.left = 1; null.x'],
    ['a deadline', 'globalThis.left = 1; for (;;);'],
    ['a full stack', 'globalThis.left = 1; const f = () => f() + 1; try { f() } catch {} return 1'],
  ])('%s', async (_, code) => {
    const fresh = await run(TRACES)
    expect(fresh.error).toBeUndefined()
    await run(code, {}, 300)
    expect(await run(TRACES)).toEqual(fresh)
  })

  it('its log', async () => {
    expect((await run('console.log("one"); return 1')).log).toEqual(['one'])
    expect((await run('return 1')).log).toEqual([])
    expect((await run('console.log("two"); return 1')).log).toEqual(['two'])
  })

  it('its random numbers', async () => {
    const drawn: unknown[] = []
    for (let i = 0; i < 20; i++) drawn.push((await run('return Math.random()')).output)
    expect(drawn.every((value) => typeof value === 'number' && value >= 0 && value < 1)).toBe(true)
    expect(new Set(drawn).size).toBe(20)
  })

  it('its memory, however often', async () => {
    const code =
      'const all = Array.from({ length: 20_000 }, (_, i) => ({ i, text: "x".repeat(20) + i })); return all.length'
    for (let i = 0; i < 100; i++) expect((await run(code)).output).toBe(20_000)
  })

  it('its clock: a deadline is kept from within, by the same process', async () => {
    await run('return 1')
    const before = sandbox.pool.pids()
    const { error, log } = await run('console.log("still here"); for (;;);', {}, 300)
    expect(error?.code).toBe('code_timeout')
    expect(log).toEqual(['still here'])
    expect(sandbox.pool.pids()).toEqual(before)
  })
})

describe('an expression knows nothing of the one before', () => {
  const evaluate = (source: string) => sandbox.evaluate(source, {})

  it.each([
    ['replaces a function', '{} ~> |$sum|{"implementation": function($x) { "stolen" }}|'],
    ['makes one a lambda', '{} ~> |$sum|{"_jsonata_lambda": true}|'],
    ['takes a part of one away', '{} ~> |$sum|{}, "implementation"|'],
    ['has its own clone', '($clone := function($x) { $x }; {"a": $sum} ~> |a|{"signature": null}|)'],
    ['writes it in a text', `$eval('{} ~> |$sum|{"implementation": 1}|')`],
  ])('that %s', async (_, source) => {
    await expect(evaluate(source)).rejects.toMatchObject({ code: 'expression_failed' })
    expect(await evaluate('$sum([1, 2])')).toBe(3)
  })

  it('though both are the same', async () => {
    const source = '($before := $type($now()); $x := {} ~> |$now|{"implementation": function() { 1 }}|; $before)'
    expect([await evaluate(source), await evaluate(source)]).toEqual(['string', 'string'])
  })

  it('and errors name the function', async () => {
    await expect(evaluate('$map(["a"], $sum)')).rejects.toThrow(/"sum"/)
  })
})
