import type { IncomingMessage } from 'node:http'
import { AppError } from '@ensue/engine/core'
import type { Context } from 'hono'

const BODY_TIMEOUT_MS = 10_000
/** What the bodies of all requests together may take while they are read. */
const MAX_READING_BYTES = 268_435_456
const CLOSE = { headers: { Connection: 'close' } }

let readingBytes = 0

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, CLOSE)

/** Refuses a body that says itself that it is too large, before any of it is read. @throws AppError payload_too_large */
export function checkDeclaredSize(contentLength: string | undefined, maxBytes: number): void {
  if (contentLength !== undefined && Number(contentLength) > maxBytes) throw tooLarge(maxBytes)
}

/** The bytes of a request's body, never more than the limit in memory.
 *  @throws AppError payload_too_large, timeout when they come too slowly, invalid_input when the client breaks off,
 *  unavailable when too many bodies are being read */
export async function readBody(c: Context, maxBytes: number): Promise<Buffer> {
  checkDeclaredSize(c.req.header('content-length'), maxBytes)
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  // Without a socket under it (`app.request()` in tests) the request holds its body already.
  if (!incoming) {
    const bytes = Buffer.from(await c.req.arrayBuffer())
    if (bytes.length > maxBytes) throw tooLarge(maxBytes)
    return bytes
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let over = false
    const timer = setTimeout(() => refuse(new AppError('timeout', 'The body came too slowly.', CLOSE)), BODY_TIMEOUT_MS)
    function finish(): boolean {
      if (over) return false
      over = true
      clearTimeout(timer)
      readingBytes -= size
      return true
    }
    function refuse(error: AppError) {
      if (!finish()) return
      // The rest is neither read nor kept.
      incoming!.pause()
      chunks.length = 0
      reject(error)
    }
    incoming.on('data', (chunk: Buffer) => {
      if (over) return
      size += chunk.length
      readingBytes += chunk.length
      if (size > maxBytes) refuse(tooLarge(maxBytes))
      else if (readingBytes > MAX_READING_BYTES)
        refuse(
          new AppError('unavailable', 'The server is reading too many bodies at the moment.', {
            headers: { ...CLOSE.headers, 'Retry-After': '1' },
          }),
        )
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      if (finish()) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    const brokeOff = () => refuse(new AppError('invalid_input', 'The request broke off.'))
    incoming.on('error', brokeOff)
    incoming.on('close', brokeOff)
  })
}
