import type { IncomingMessage } from 'node:http'
import { AppError } from '@ensue/engine/core'
import type { Context } from 'hono'
import { holdBody } from './body-budget.ts'

const BODY_TIMEOUT_MS = 10_000
const CLOSE = { headers: { Connection: 'close' } }

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, CLOSE)

/** Refuses a body that says itself that it is too large, before any of it is read. @throws AppError payload_too_large */
export function checkDeclaredSize(contentLength: string | undefined, maxBytes: number): void {
  if (contentLength !== undefined && Number(contentLength) > maxBytes) throw tooLarge(maxBytes)
}

/** The bytes of a request's body, never more than the limit in memory.
 *  @throws AppError payload_too_large, timeout when they come too slowly, invalid_input when the client breaks off,
 *  unavailable when too many bodies are held; `releaseBody` ends what it holds */
export async function readBody(c: Context, maxBytes: number): Promise<Buffer> {
  checkDeclaredSize(c.req.header('content-length'), maxBytes)
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
  // Without a socket under it (`app.request()` in tests) the request holds its body already.
  if (!incoming) {
    const bytes = Buffer.from(await c.req.arrayBuffer())
    if (bytes.length > maxBytes) throw tooLarge(maxBytes)
    holdBody(c, bytes.length)
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
      return true
    }
    function refuse(error: unknown) {
      if (!finish()) return
      // The rest is neither read nor kept.
      incoming!.pause()
      chunks.length = 0
      reject(error)
    }
    incoming.on('data', (chunk: Buffer) => {
      if (over) return
      size += chunk.length
      try {
        if (size > maxBytes) throw tooLarge(maxBytes)
        holdBody(c, chunk.length)
        chunks.push(chunk)
      } catch (error) {
        refuse(error)
      }
    })
    incoming.on('end', () => {
      if (finish()) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    // Every request closes: an error is made only when it does so too early.
    const brokeOff = () => over || refuse(new AppError('invalid_input', 'The request broke off.'))
    incoming.on('error', brokeOff)
    incoming.on('close', brokeOff)
  })
}
