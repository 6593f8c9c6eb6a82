import { createHash, timingSafeEqual } from 'node:crypto'

const MAX_HEADER_BYTES = 8_192

export interface BasicCredentials {
  username: string
  password: string
}

const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()

/** Makes the check of an Authorization header (RFC 7617). Both parts are hashed before they are compared, so neither their
 *  lengths nor which of them is wrong can be told from the time it takes. */
export function createBasicAuth({ username, password }: BasicCredentials): (header: string | undefined) => boolean {
  const wanted = Buffer.concat([digest(username), digest(password)])
  // Some clients still send Latin-1.
  const wantedLatin1 = Buffer.concat([digest(Buffer.from(username, 'latin1')), digest(Buffer.from(password, 'latin1'))])
  return (header) => {
    const match =
      header !== undefined && header.length <= MAX_HEADER_BYTES ? /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) : null
    const bytes = Buffer.from(match?.[1] ?? '', 'base64')
    const colon = bytes.indexOf(0x3a)
    const hasControl = bytes.some((byte) => byte < 0x20 || byte === 0x7f)
    const given = Buffer.concat([digest(bytes.subarray(0, Math.max(colon, 0))), digest(bytes.subarray(colon + 1))])
    const utf8 = timingSafeEqual(given, wanted)
    const latin1 = timingSafeEqual(given, wantedLatin1)
    return colon >= 0 && !hasControl && (utf8 || latin1)
  }
}
