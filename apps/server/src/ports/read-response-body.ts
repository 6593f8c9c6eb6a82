import { type Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { NodeError } from '@ensue/engine/core'

export const ACCEPT_ENCODING = 'gzip, br, zstd'

/** Each coding multiplies what a small body can become; servers that mean well use one. */
const MAX_CODINGS = 2

const DECODERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
  ['deflate', createInflate],
])

/** How zlib's own faults are named; none of the network's are. */
const DECODER_FAULT = /^(Z_|ZSTD_|ERR__ERROR_)/

/** Reads and inflates a body, holding at most `maxBytes` of it and taking at most as many off the wire.
 *  @throws NodeError `http_too_large`, `http_bad_encoding` · the error of the connection */
export async function readResponseBody(
  body: Readable,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  // Nobody else listens when reading ends early, and the error of an abort would end the process.
  body.on('error', () => {})
  try {
    const decoders = createDecoders(contentEncoding)
    return decoders.length === 0 ? await readPlain(body, maxBytes) : await readCoded(body, decoders, maxBytes)
  } finally {
    if (!body.readableEnded) body.destroy()
  }
}

async function readPlain(body: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const limit = createLimit(maxBytes)
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const error = limit.add(chunk)
    if (error) throw error
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

async function readCoded(body: Readable, decoders: Transform[], maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const inflated = createLimit(maxBytes)
  const collector = new Writable({
    write(chunk: Uint8Array, _, callback) {
      chunks.push(chunk)
      callback(inflated.add(chunk))
    },
  })
  // Limited too: what inflates to nothing could be sent for ever.
  const sent = createLimit(maxBytes)
  const wire = new Transform({
    transform: (chunk: Uint8Array, _, callback) => callback(sent.add(chunk), chunk),
  })
  try {
    await pipeline([body, wire, ...decoders, collector])
  } catch (error) {
    if (!DECODER_FAULT.test(String((error as NodeJS.ErrnoException).code))) throw error
    // The answer to a HEAD, and an answer without a body, may name the coding it would have had.
    if (sent.bytes > 0) throw badEncoding('The body of the response is not what its Content-Encoding says.')
  }
  return Buffer.concat(chunks)
}

/** Gives a body up unread. */
export function discardBody(body: Readable): void {
  body.on('error', () => {}).destroy()
}

function createLimit(maxBytes: number) {
  return {
    bytes: 0,
    add(chunk: Uint8Array): NodeError | null {
      this.bytes += chunk.byteLength
      return this.bytes > maxBytes
        ? new NodeError('http_too_large', `The response is larger than ${maxBytes} bytes.`)
        : null
    },
  }
}

function createDecoders(contentEncoding = ''): Transform[] {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > MAX_CODINGS)
    throw badEncoding(`The response has ${codings.length} content codings; up to ${MAX_CODINGS} are read.`)
  return codings.reverse().map((coding) => {
    const create = DECODERS.get(coding)
    if (!create) throw badEncoding(`The response has the content coding "${coding.slice(0, 40)}", which is not known.`)
    return create()
  })
}

function badEncoding(message: string): NodeError {
  return new NodeError('http_bad_encoding', message)
}
