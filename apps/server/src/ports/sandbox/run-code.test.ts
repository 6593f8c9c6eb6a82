import { afterAll, describe, expect, it } from 'vitest'
import { createTestSandbox } from './testing/create-test-sandbox.ts'

const { sandbox, run } = createTestSandbox()
afterAll(() => sandbox.pool.stop())

const output = async (code: string, inputs = {}) => {
  const { output: value, error } = await run(code, inputs)
  if (error) throw error
  return value
}

describe('code', () => {
  it('is the body of an async function with its inputs as variables', async () => {
    expect(await output('return a + inputs.b', { a: 1, b: 2 })).toBe(3)
    expect(await output('const list = await Promise.all([1, 2].map(async (n) => n * 2))\nreturn list // done')).toEqual(
      [2, 4],
    )
    expect(await output('for await (const x of (async function* () { yield 1 })()) return x')).toBe(1)
    expect(await output('inputs.a.b = 2; return a', { a: { b: 1 } })).toEqual({ b: 2 })
  })

  it('answers JSON', async () => {
    expect(await output('')).toBeNull()
    expect(await output('return undefined')).toBeNull()
    expect(await output('return { at: new Date(0), no: undefined, f() {}, n: NaN, 金: "额" }')).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      n: null,
      金: '额',
    })
    expect(await output('return JSON.parse(\'{"__proto__": {"a": 1}, "b": "\\\\u0000\\\\ud800"}\')')).toEqual({
      b: '\uFFFD\uFFFD',
    })
  })

  it('fails with the message and the line of what it throws', async () => {
    const message = async (code: string) => (await run(code)).error?.message
    expect(await message('\n\nnull.x')).toBe("TypeError: cannot read property 'x' of null (line 3)")
    expect(await message('const a = 1\nfunction f() {\n  throw new RangeError("no")\n}\nf()')).toBe(
      'RangeError: no (line 3)',
    )
    expect(await message('await 1\nundeclared = 2')).toMatch(/^ReferenceError: .*undeclared.* \(line 2\)$/)
    expect(await message('return (')).toMatch(/^SyntaxError: .* \(line 1\)$/)
    expect(await message('throw "text"')).toBe('text')
    expect(await message('throw { code: 7 }')).toBe('{"code":7}')
    expect(await message('await Promise.reject(new Error("later"))')).toBe('Error: later (line 1)')
    expect(await message('setTimeout(() => { throw new Error("timer") }); await new Promise(() => {})')).toBe(
      'Error: timer (line 1)',
    )
    expect(await message('await new Promise(() => {})')).toMatch(/promise/)
    expect(await message('throw new Error("a\\u0000b")')).toBe('Error: a\uFFFDb (line 1)')
  })

  it('writes to the log, also when it fails', async () => {
    const code =
      'console.log("a", 1, { b: [2] }, null, undefined, 3n); console.warn("w"); console.error(new Error("e")); throw 1'
    expect((await run(code)).log).toEqual(['a 1 {"b":[2]} null undefined 3n', 'warning: w', 'error: Error: e'])
    expect((await run('console.log("kept"); for (;;);', {}, 50)).log).toEqual(['kept'])
  })

  it('has timers that do not wait', async () => {
    const code = `const seen = []
      const later = (ms) => new Promise((resolve) => setTimeout(() => { seen.push(ms); resolve() }, ms))
      const never = setTimeout(() => seen.push('never'), 1)
      clearTimeout(never)
      queueMicrotask(() => seen.push('micro'))
      await Promise.all([later(3000), later(10), later(200)])
      return seen`
    const started = performance.now()
    expect(await output(code)).toEqual(['micro', 10, 200, 3000])
    expect(performance.now() - started).toBeLessThan(2_000)
    expect((await run('await new Promise((resolve) => setTimeout(resolve, 6000))')).error?.code).toBe('code_timeout')
  })

  it('has the small parts of the web that the engine lacks', async () => {
    const code = `const url = new URL('../b?x=1#h', 'https://User@Example.com:443/a/c')
      url.searchParams.append('y', 'ä &')
      url.pathname = '/z'
      return {
        url, host: url.host, x: url.searchParams.get('x'), ok: URL.canParse('nope'),
        params: String(new URLSearchParams({ a: '1 2', b: "'" })), base64: btoa('hi') + atob('aGk='),
        text: new TextDecoder().decode(new TextEncoder().encode('aä€😀')),
        clone: structuredClone({ d: new Date(0), l: [...new Set([1])] }),
      }`
    expect(await output(code)).toEqual({
      url: 'https://User@example.com/z?x=1&y=%C3%A4+%26#h',
      host: 'example.com',
      x: '1',
      ok: false,
      params: 'a=1+2&b=%27',
      base64: 'aGk=hi',
      text: 'aä€😀',
      clone: { d: '1970-01-01T00:00:00.000Z', l: [1] },
    })
    expect(await output('URL = 1; btoa = 2; return [URL, btoa, atob("aGk=")]')).toEqual([1, 2, 'hi'])
  })

  it('keeps nothing from one run to the next', async () => {
    await output('globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; return 1')
    for (let i = 0; i < 3; i++)
      expect(await output('return [typeof left, [1].map((x) => x)]')).toEqual(['undefined', [1]])
  })
})
