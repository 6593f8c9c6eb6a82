import { expect, it } from 'vitest'
import { takeImage } from './memory-image.ts'

const PAGE_BYTES = 65_536

function memoryOf(pages: number, maximum = pages) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum })
  return { memory, bytes: new Uint8Array(memory.buffer) }
}

it('puts back what was changed, set to zero or written where nothing was', () => {
  const { memory, bytes } = memoryOf(4)
  bytes.set([1, 2, 3], 10)
  bytes[PAGE_BYTES - 1] = 4
  const before = bytes.slice()
  const image = takeImage(memory)
  bytes[11] = 9
  bytes[PAGE_BYTES - 1] = 0
  bytes[PAGE_BYTES] = 5
  bytes.fill(7, 3 * PAGE_BYTES)
  expect(image.restore()).toBe(true)
  expect(Buffer.compare(bytes, before)).toBe(0)
  expect(image.restore()).toBe(true)
  expect(Buffer.compare(bytes, before)).toBe(0)
})

it('says so when the memory has grown', () => {
  const { memory } = memoryOf(1, 2)
  const image = takeImage(memory)
  memory.grow(1)
  expect(image.restore()).toBe(false)
})
