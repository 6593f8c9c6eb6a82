import { AppError, findUnstorable, type Json, type JsonObject, toJson } from '@ensue/engine/core'

const MAX_FORM_FIELDS = 1_000
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a body by its media type: JSON, or a form as an object of texts (lists where a name repeats).
 *  @throws AppError invalid_input malformed or deeper than 64 levels, unsupported_media_type anything else */
export function parseBody(bytes: Buffer, contentType: string | undefined): Json {
  if (bytes.length === 0) return null
  const type = (contentType ?? 'application/json').split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(decode(bytes))
  if (type === 'application/x-www-form-urlencoded') return parseForm(decode(bytes))
  throw new AppError(
    'unsupported_media_type',
    `The webhook takes application/json and application/x-www-form-urlencoded, not "${type}".`,
  )
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('invalid_input', 'The body is not UTF-8.')
  }
}

function parseJson(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    throw new AppError('invalid_input', `The body is not JSON: ${(error as Error).message}`)
  }
  const found = findUnstorable(value)
  if (found?.reason === 'depth')
    throw new AppError('invalid_input', 'JSON can be 64 levels deep at most.', { path: found.path })
  return found || /__proto__|"constructor"|"prototype"/.test(text) ? toJson(value) : value
}

function parseForm(text: string): JsonObject {
  const form: JsonObject = {}
  let count = 0
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > MAX_FORM_FIELDS) throw new AppError('invalid_input', `A form has ${MAX_FORM_FIELDS} fields at most.`)
    const before = Object.hasOwn(form, name) ? form[name] : undefined
    form[name] = before === undefined ? value : [before, value].flat()
  }
  return toJson(form) as JsonObject
}
