import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawReply {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: string
}

export interface RawConnection {
  socket: Socket
  send(bytes: string | Buffer): void
  /** Everything that has come, as latin1. */
  received(): string
  /** The first `count` replies, as soon as they are whole. @throws Error after the time, with what came instead */
  replies(count: number, withinMs?: number): Promise<RawReply[]>
  /** When the other end has closed. @returns milliseconds since the connection was made */
  closed(withinMs?: number): Promise<number>
}

/** A connection without an HTTP client on top, for what no client would send. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  await once(socket, 'connect')
  const openedAt = performance.now()
  let text = ''
  let endedAt: number | undefined
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listen of listeners) listen()
  }
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    changed()
  })
  const over = () => {
    endedAt ??= performance.now()
    changed()
  }
  socket.on('end', over).on('close', over)
  // A reset is an end too.
  socket.on('error', over)

  function until<Value>(read: () => Value | undefined, withinMs: number, what: string): Promise<Value> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        const value = read()
        if (value === undefined) return
        clearTimeout(timer)
        listeners.delete(finish)
        resolve(value)
      }
      const timer = setTimeout(() => {
        listeners.delete(finish)
        reject(new Error(`No ${what} within ${withinMs} ms; received ${JSON.stringify(text.slice(0, 500))}`))
      }, withinMs)
      listeners.add(finish)
      finish()
    })
  }

  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    received: () => text,
    replies: (count, withinMs = 10_000) =>
      until(
        () => {
          const found = readReplies(text, endedAt !== undefined)
          return found.length >= count ? found : undefined
        },
        withinMs,
        `${count} replies`,
      ),
    closed: (withinMs = 10_000) =>
      until(() => (endedAt === undefined ? undefined : endedAt - openedAt), withinMs, 'end of the connection'),
  }
}

/** Sends the bytes and gives the first reply. */
export async function exchange(url: string, bytes: string | Buffer, withinMs?: number): Promise<RawReply> {
  const connection = await openRaw(url)
  try {
    connection.send(bytes)
    const [reply] = await connection.replies(1, withinMs)
    return reply!
  } finally {
    connection.socket.destroy()
  }
}

/** A whole request with its length. */
export function request(
  line: string,
  headers: Record<string, string> | string[] = {},
  body: string | Buffer = '',
): Buffer {
  const lines = Array.isArray(headers) ? headers : Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const bytes = Buffer.from(body)
  const length = bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : []
  return Buffer.concat([
    Buffer.from(`${[`${line} HTTP/1.1`, 'Host: localhost', ...length, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'),
    bytes,
  ])
}

/** Replies with a length or in chunks, or up to the end of the connection. */
function readReplies(text: string, ended: boolean): RawReply[] {
  const found: RawReply[] = []
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end < 0) return found
    const [first = '', ...lines] = text.slice(at, end).split('\r\n')
    const status = Number(first.split(' ')[1])
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const start = end + 4
    if (status === 100) at = start
    else {
      const body = readBody(text, start, headers, status === 204 || status === 304, ended)
      if (!body) return found
      found.push({ status, headers, body: Buffer.from(body.content, 'latin1').toString() })
      at = body.end
    }
  }
  return found
}

function readBody(
  text: string,
  start: number,
  headers: Record<string, string>,
  isEmpty: boolean,
  ended: boolean,
): { content: string; end: number } | undefined {
  const length = headers['content-length']
  if (isEmpty) return { content: '', end: start }
  if (length !== undefined) {
    const end = start + Number(length)
    return end <= text.length ? { content: text.slice(start, end), end } : undefined
  }
  if (headers['transfer-encoding'] === 'chunked') {
    const last = text.indexOf('0\r\n\r\n', start)
    return last < 0 ? undefined : { content: text.slice(start, last), end: last + 5 }
  }
  return ended ? { content: text.slice(start), end: text.length } : undefined
}
