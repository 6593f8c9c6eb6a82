import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createTestSandbox } from './testing/create-test-sandbox.ts'

const LIMIT_MS = 400
const { sandbox, run } = createTestSandbox()
afterAll(() => sandbox.pool.stop())

// Whatever a run has done, the next ones on every runner are as ever.
afterEach(async () => {
  const after = await Promise.all([1, 2].map((n) => run('return JSON.stringify([n, typeof leak])', { n })))
  expect(after.map(({ output }) => output)).toEqual(['[1,"undefined"]', '[2,"undefined"]'])
})

async function attack(code: string, limitMs = LIMIT_MS) {
  const started = performance.now()
  const { error, log } = await run(code, {}, limitMs)
  return { code: error?.code, message: error?.message, log, tookMs: performance.now() - started }
}

describe('code that does not end', () => {
  it.each([
    ['a loop', 'for (;;);'],
    ['a loop behind an await', 'await 1; for (;;);'],
    ['a flood of microtasks', 'for (;;) await 0'],
    ['timers that follow each other', 'const next = () => setTimeout(next); next(); await new Promise(() => {})'],
    ['a loop in a timer', 'setTimeout(() => { for (;;); }); await new Promise(() => {})'],
    ['a loop in a getter of the result', 'return { get a() { for (;;); } }'],
    ['a loop in toJSON', 'return { toJSON() { for (;;); } }'],
    ['a loop in what it throws', 'throw { get message() { for (;;); } }'],
    ['a loop that catches all', 'for (;;) try { for (;;); } catch {}'],
    ['a thenable', 'return { then() { for (;;); } }'],
    ['a pattern that backtracks', 'return /(a+)+$/.exec("a".repeat(40) + "b")'],
    ['a built-in function over a huge array', 'return Array(2 ** 32 - 1).join("")'],
    ['a search over a huge array', 'return new Array(4294967295).includes(1)'],
    ['a quadratic search', 'return "a".repeat(2e6).indexOf("a".repeat(1e6) + "b")'],
  ])('%s is ended at its limit', async (_, code) => {
    const { code: ended, tookMs } = await attack(code)
    expect(ended).toBe('code_timeout')
    // The kill comes a second after the limit; the rest is room for a busy machine.
    expect(tookMs).toBeLessThan(LIMIT_MS + 1_000 + 3_000)
  })
})

describe('code that takes memory', () => {
  it.each([
    ['arrays', 'const all = []; for (;;) all.push(new Array(1000).fill(1))', /code_memory/],
    ['buffers', 'const all = []; for (;;) all.push(new ArrayBuffer(1e6))', /code_memory/],
    ['one buffer', 'return new ArrayBuffer(2 ** 31).byteLength', /code_memory|code_failed/],
    [
      'a growing buffer',
      'const b = new ArrayBuffer(1, { maxByteLength: 2 ** 30 }); for (let n = 1; ; n *= 2) b.resize(n)',
      /code_memory|code_failed/,
    ],
    ['a string that doubles', 'let text = "x"; for (;;) text += text', /code_memory|code_failed/],
    [
      'a map',
      'const map = new Map(); for (let i = 0; ; i++) map.set(i, "x".repeat(100) + i)',
      /code_memory|code_timeout/,
    ],
    [
      'memory again and again',
      'for (;;) try { const all = []; for (;;) all.push("x".repeat(1e5) + all.length) } catch {}',
      /code_memory|code_timeout/,
    ],
    [
      'promises that follow each other',
      'const next = () => Promise.resolve().then(next); await next()',
      /code_memory|code_timeout/,
    ],
    ['the stack', 'const f = () => 1 + f(); return f()', /code_failed/],
    ['the stack of the parser', 'return eval("(".repeat(1e6))', /code_failed|code_memory/],
    [
      'the stack of JSON',
      'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a',
      /code_failed|code_memory|code_timeout/,
    ],
  ])('%s fails alone', async (_, code, ended) => {
    expect((await attack(code, 3_000)).code).toMatch(ended)
  })
})

describe('results', () => {
  it.each([
    ['a large text', 'return "x".repeat(1.1e6)', 'code_output_too_large'],
    ['text that is large in UTF-8', 'return "金".repeat(5e5)', 'code_output_too_large'],
    ['a function', 'return () => 1', 'code_failed'],
    ['a symbol', 'return Symbol("a")', 'code_failed'],
    ['a BigInt', 'return 1n', 'code_failed'],
    ['a cycle', 'const a = {}; a.a = a; return a', 'code_failed'],
    ['something deep', 'let a = 1; for (let i = 0; i < 100; i++) a = { a }; return a', 'code_failed'],
    ['a proxy that throws', 'return new Proxy({}, { ownKeys() { throw new Error("x") } })', 'code_failed'],
  ])('%s fails the run', async (_, code, ended) => {
    expect((await attack(code)).code).toBe(ended)
  })

  it('cuts a long message', async () => {
    const { code, message } = await attack('throw new Error("x".repeat(2e6))')
    expect(code).toBe('code_failed')
    expect(message).toMatch(/^Error: x{1000}/)
    expect(message!.length).toBeLessThanOrEqual(2_000)
  })

  it('takes the beginning of a flood of lines', async () => {
    const { log } = await attack('for (let i = 0; i < 1e5; i++) console.log(i, "x".repeat(50))')
    expect(log.length).toBeLessThanOrEqual(501)
    expect(log.at(-1)).toMatch(/left out/)
    expect((await attack('console.log("x".repeat(1e6), { toJSON() { throw 1 } })')).log[0]!.length).toBeLessThan(4_200)
  })
})

describe('ways out', () => {
  it.each([
    'return typeof this.constructor.constructor("return process")()',
    'return this.constructor.constructor("return process")().pid',
    'return (0, eval)("this").constructor.constructor("return process")().pid',
    'return (async () => {}).constructor("return process")()',
    'return import("node:fs")',
    'return require("fs")',
    'return process.env',
    'return globalThis.process.pid',
    'return new WebAssembly.Memory({ initial: 1 })',
    'return console.log.constructor("return process.mainModule")()',
    'return setTimeout.constructor("return process")().pid',
    'return new URL("a:b").constructor.constructor("return process")().pid',
    'try { null.x } catch (e) { return e.constructor.constructor("return process")().pid }',
    'return Error.prepareStackTrace.call(1)',
    'return inputs.constructor.constructor("return process")().pid',
    'return std.getenv("PATH")',
    'return os.exec(["id"])',
  ])('%s finds nothing', async (code) => {
    expect((await attack(code)).code).toBe('code_failed')
  })

  it('lets code change what it likes of its own world', async () => {
    for (const change of [
      'JSON.stringify = JSON.parse = () => "stolen"',
      'JSON = null',
      'Promise = null',
      'Promise.prototype.then = () => { throw 1 }',
      'Promise.resolve = Promise.all = null',
      'Object.keys = Object.defineProperty = Reflect.apply = null; Function.prototype.call = null',
      'Array.prototype[Symbol.iterator] = null',
      'String.prototype.slice = RegExp.prototype.exec = null',
      'Object.prototype.toJSON = undefined; Object.prototype.then = undefined',
      'globalThis.console = null',
      'Object.defineProperty(Object.prototype, "error", { get() { return 1 }, set() {} })',
      'for (const key of Reflect.ownKeys(globalThis)) try { delete globalThis[key] } catch {}',
    ])
      expect((await run(`${change}; return { a: [1, "x"] }`)).output, change).toEqual({ a: [1, 'x'] })
    expect((await attack('Object.prototype.toJSON = () => { throw new Error("mine") }; return {}')).message).toMatch(
      /mine/,
    )
    expect((await attack('Promise.prototype.constructor = null; return 1')).code).toBe('code_failed')
    expect((await attack('Error.prototype.toString = Error = null; throw { get name() { throw 1 } }')).code).toBe(
      'code_failed',
    )
  })
})
