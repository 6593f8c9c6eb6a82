import { expect, it } from 'vitest'
import { readEvents } from './read-events.ts'

async function read(bytes: Uint8Array, size: number) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
      controller.close()
    },
  })
  return Array.fromAsync(readEvents(body))
}

const text =
  'event: connected\ndata: {}\n\ndata: {"über":1}\nid: 7\n\nevent: ping\ndata:\n\ndata: a\ndata: b\n\ndata: cut o'
const events = [
  { name: 'connected', data: '{}', id: undefined },
  { name: 'message', data: '{"über":1}', id: '7' },
  { name: 'ping', data: '', id: undefined },
  { name: 'message', data: 'a\nb', id: undefined },
]

it.each([1, 2, 3, 7, 1_000])(
  'reads events in pieces of %i bytes, and leaves out one that was cut off',
  async (size) => {
    expect(await read(new TextEncoder().encode(text), size)).toEqual(events)
  },
)

it.each([1, 5, 1_000])('reads lines that end with CRLF in pieces of %i bytes', async (size) => {
  expect(await read(new TextEncoder().encode(text.replaceAll('\n', '\r\n')), size)).toEqual(events)
})

it('closes the connection when it is left early', async () => {
  let closed = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel() {
      closed = true
    },
  })
  for await (const _ of readEvents(body)) break
  expect(closed).toBe(true)
})
