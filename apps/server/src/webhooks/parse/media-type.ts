import { AppError } from '@ensue/engine/core'

export interface MediaType {
  /** `type/subtype` in lower case. */
  name: string
  charset: string | undefined
}

const NAME = /^[\t ]*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[\t ]*(?:;|$)/
const CHARSET = /;[\t ]*charset=(?:"([^"]*)"|([^\s;]*))/i

/** Reads a `Content-Type` strictly: two of them in one, or one with junk before its parameters, is for no parser to guess at.
 *  @throws AppError unsupported_media_type */
export function readMediaType(contentType: string): MediaType {
  const name = NAME.exec(contentType)?.[1]
  if (name === undefined)
    throw new AppError('unsupported_media_type', 'The Content-Type is malformed; send one such as application/json.')
  const charset = CHARSET.exec(contentType)
  return { name: name.toLowerCase(), charset: (charset?.[1] ?? charset?.[2])?.toLowerCase() }
}
