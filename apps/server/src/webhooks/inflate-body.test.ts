import zlib from 'node:zlib'
import { AppError } from '@ensue/engine/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inflateBody } from './inflate-body.ts'

const MiB = 1_048_576
const text = Buffer.from('{"a":1}')
const packed: [coding: string, bytes: Buffer][] = [
  ['gzip', zlib.gzipSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['br', zlib.brotliCompressSync(text)],
  ['zstd', zlib.zstdCompressSync(text)],
]
const statusOf = (result: Promise<Buffer>) =>
  result.then(
    () => 200,
    (error: unknown) => (error instanceof AppError ? error.status : error),
  )

describe('a compressed body', () => {
  it.each([
    ...packed,
    ['x-gzip', packed[0]![1]],
    ['GZIP ', packed[0]![1]],
    ['deflate', zlib.deflateRawSync(text)],
  ] as const)('is unpacked from %s', async (coding, bytes) => {
    expect((await inflateBody(bytes, coding, MiB)).toString()).toBe(text.toString())
  })

  it.each([undefined, '', 'identity', 'Identity'])('may say that it is none: %s', async (coding) => {
    expect(await inflateBody(text, coding, MiB)).toBe(text)
  })

  it.each(['compress', 'gzip, gzip', 'gzip,br', 'gzip;q=1', '__proto__'])('in %s is refused', async (coding) => {
    expect(await statusOf(inflateBody(packed[0]![1], coding, MiB))).toBe(415)
  })

  it.each(packed)('of %s that is cut off, damaged or has bytes after its end is refused', async (coding, bytes) => {
    const damaged = Buffer.from(bytes)
    damaged.fill(0xff, Math.floor(bytes.length / 2))
    for (const bad of [bytes.subarray(0, -3), damaged, Buffer.concat([bytes, Buffer.from('x')]), text])
      expect(await statusOf(inflateBody(bad, coding, MiB))).toBe(400)
  })

  it('may have exactly the largest size', async () => {
    const bytes = zlib.gzipSync(Buffer.alloc(1_000))
    expect((await inflateBody(bytes, 'gzip', 1_000)).length).toBe(1_000)
    expect(await statusOf(inflateBody(bytes, 'gzip', 999))).toBe(413)
  })
})

describe('a bomb of 1 MB that unpacks to more than 1 GB', () => {
  // Blocks of 64 MiB of zeros that don't end the stream.
  const block = zlib.deflateRawSync(Buffer.alloc(64 * MiB), { finishFlush: zlib.constants.Z_FULL_FLUSH })
  const deflate = Buffer.concat([...Array<Buffer>(17).fill(block), Buffer.from([3, 0])])
  const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])

  it.each([
    ['deflate', deflate],
    ['gzip', Buffer.concat([gzipHeader, deflate, Buffer.alloc(8)])],
  ])('in %s is refused before it takes the memory', async (coding, bomb) => {
    expect(bomb.length).toBeGreaterThan(MiB)
    const before = process.memoryUsage().rss
    const results = await Promise.all(Array.from({ length: 8 }, () => statusOf(inflateBody(bomb, coding, MiB))))
    expect(results).toEqual(Array(8).fill(413))
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MiB)
  })
})

it('answers any bytes in any coding with a result or a 4xx', async () => {
  const coding = fc.oneof(fc.constantFrom('gzip', 'deflate', 'br', 'zstd'), fc.string())
  const some = fc.constantFrom(...packed.map(([, bytes]) => bytes))
  const mutated = fc.tuple(some, fc.nat(30), fc.nat(255)).map(([bytes, at, byte]) => {
    const copy = Buffer.from(bytes)
    copy[at % copy.length] = byte
    return copy
  })
  await fc.assert(
    fc.asyncProperty(coding, fc.oneof(fc.uint8Array().map(Buffer.from), mutated), async (name, bytes) => {
      expect([200, 400, 413, 415]).toContain(await statusOf(inflateBody(Buffer.from(bytes), name, 1_000)))
    }),
  )
})
