import type { IncomingMessage } from 'node:http'
import { AppError } from '@ensue/engine/core'
import type { Context } from 'hono'

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, { headers: { Connection: 'close' } })

/** The bytes of a request's body, never more than the limit in memory.
 *  @throws AppError payload_too_large, timeout when they come too slowly, invalid_input when the client breaks off */
export async function readBody(c: Context, maxBytes: number): Promise<Buffer> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
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
    const timer = setTimeout(
      () => refuse(new AppError('timeout', 'The body came too slowly.', { headers: { Connection: 'close' } })),
      10_000,
    )
    function refuse(error: AppError) {
      clearTimeout(timer)
      // The rest is neither read nor kept.
      incoming!.pause()
      reject(error)
    }
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) refuse(tooLarge(maxBytes))
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      clearTimeout(timer)
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    incoming.on('error', () => refuse(new AppError('invalid_input', 'The request broke off.')))
  })
}
