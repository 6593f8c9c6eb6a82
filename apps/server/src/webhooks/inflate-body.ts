import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { AppError } from '@ensue/engine/core'

/** What an inflater may do; `rejectGarbageAfterEnd` refuses bytes that come after the end, which would be hidden from signatures over the content. */
interface Bounds {
  maxOutputLength: number
  rejectGarbageAfterEnd: true
}
type Inflate = (bytes: Buffer, bounds: Bounds) => Promise<Buffer>

const inflateZlib: Inflate = promisify(zlib.inflate)
const inflateRaw: Inflate = promisify(zlib.inflateRaw)

const INFLATERS: ReadonlyMap<string, Inflate> = new Map([
  ['gzip', promisify(zlib.gunzip) as Inflate],
  ['x-gzip', promisify(zlib.gunzip) as Inflate],
  // RFC 9110 §8.4.1.2 means zlib's format; some senders leave its two bytes out.
  ['deflate', (bytes, bounds) => (hasZlibHeader(bytes) ? inflateZlib(bytes, bounds) : inflateRaw(bytes, bounds))],
  ['br', promisify(zlib.brotliDecompress) as Inflate],
  ['zstd', promisify(zlib.zstdDecompress) as Inflate],
])

const TOO_LARGE = new Set(['ERR_BUFFER_TOO_LARGE', 'ERR_OUT_OF_RANGE'])

/** The content of a body that came compressed; the body itself without a coding. Never more than `maxBytes` and one chunk are in memory.
 *  @throws AppError payload_too_large, unsupported_media_type for an unknown coding or more than one, invalid_input when it is corrupt */
export async function inflateBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const coding = contentEncoding?.trim().toLowerCase() ?? ''
  if (coding === '' || coding === 'identity' || bytes.length === 0) return bytes
  const inflate = INFLATERS.get(coding)
  if (!inflate)
    throw new AppError(
      'unsupported_media_type',
      'The webhook takes one content encoding: gzip, deflate, br, zstd or none.',
      { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } },
    )
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes, rejectGarbageAfterEnd: true })
  } catch (error) {
    if (TOO_LARGE.has((error as NodeJS.ErrnoException).code ?? ''))
      throw new AppError('payload_too_large', `The body unpacks to more than ${maxBytes} bytes.`, { cause: error })
    throw new AppError('invalid_input', `The body is not intact ${coding}.`, { cause: error })
  }
}

function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
}
