import { AppError } from '@ensue/engine/core'
import { describe, expect, it } from 'vitest'
import { parseMultipart } from './multipart.ts'

const TYPE = 'multipart/form-data; boundary="b 1"'
const part = (disposition: string, content: string, type?: string) =>
  `--b 1\r\nContent-Disposition: form-data; ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n${content}\r\n`
const body = (...parts: string[]) => Buffer.from(`${parts.join('')}--b 1--\r\n`)
const parse = (bytes: Buffer, maxFileBytes = 1_000) => parseMultipart(bytes, TYPE, maxFileBytes)
const statusOf = (result: Promise<unknown>) =>
  result.then(
    () => 200,
    (error: unknown) => (error instanceof AppError ? error.status : error),
  )

describe('a multipart form', () => {
  it('has fields with brackets and files among them', async () => {
    const bytes = body(
      part('name="order[id]"', '7'),
      part('name="order[tags][]"', 'a'),
      part('name="order[tags][]"', 'b'),
      part('name="photos"; filename="C:\\tmp\\eins.png"', '\u0001PNG', 'image/png'),
      part('name="photos"; filename="../../etc/zwei"', 'x'),
      part('name="empty"; filename=""', '', 'application/octet-stream'),
      part('name="note"', 'über\u0000'),
    )
    expect(await parse(bytes)).toEqual({
      order: { id: '7', tags: ['a', 'b'] },
      photos: [
        { name: 'eins.png', type: 'image/png', size: 4, base64: Buffer.from('\u0001PNG').toString('base64') },
        { name: 'zwei', type: 'text/plain', size: 1, base64: 'eA==' },
      ],
      empty: { name: '', type: 'application/octet-stream', size: 0, base64: '' },
      note: 'über\uFFFD',
    })
  })

  it('takes no field for a file, nor a number for a place', async () => {
    const bytes = body(part('name="a"; filename="f"', 'secret'), part('name="b"', '0'), part('name="c"', '1'))
    expect(await parse(bytes)).toMatchObject({ a: { size: 6 }, b: '0', c: '1' })
  })

  it('drops prototype names', async () => {
    const names = ['__proto__[x]', 'a[__proto__][x]', 'a[b]', 'constructor[prototype][x]']
    const value = await parse(body(...names.map((name) => part(`name="${name}"`, '1'))))
    expect(value).toEqual({ a: { b: '1' } })
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  it('keeps every byte of a file', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    const start = Buffer.from('--b 1\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n')
    const value = await parse(Buffer.concat([start, bytes, Buffer.from('\r\n--b 1--')]))
    expect(value).toMatchObject({ f: { size: 256, base64: bytes.toString('base64') } })
  })

  it.each([
    ['a file over the limit', body(part('name="f"; filename="f"', 'x'.repeat(1_001))), 413],
    ['a file at the limit', body(part('name="f"; filename="f"', 'x'.repeat(1_000))), 200],
    ['a field over the limit', body(part('name="f"', 'x'.repeat(1_001))), 413],
    ['a name that is too long', body(part(`name="${'x'.repeat(501)}"`, '')), 413],
    ['too many files', body(...Array<string>(51).fill(part('name="f"; filename="f"', ''))), 413],
    ['too many fields', body(...Array<string>(1_001).fill(part('name="f"', ''))), 413],
    ['names that are too deep', body(part(`name="a${'[b]'.repeat(70)}"`, '')), 400],
    ['an end that is missing', body(part('name="a"', 'x')).subarray(0, -10), 400],
    ['an end within a file', body(part('name="f"; filename="f"', 'x'.repeat(900))).subarray(0, 200), 400],
    ['another boundary', Buffer.from('--c\r\n\r\n--c--'), 400],
    ['nothing of the kind', Buffer.from('hello'), 400],
  ])('%s', async (_, bytes, status) => {
    expect(await statusOf(parse(bytes))).toBe(status)
  })

  it('without a boundary is refused', async () => {
    expect(await statusOf(parseMultipart(Buffer.from('x'), 'multipart/form-data', 1_000))).toBe(400)
  })
})
