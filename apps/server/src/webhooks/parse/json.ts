import { AppError, findUnstorable, type Json, MAX_JSON_DEPTH, toJson } from '@ensue/engine/core'

/** Also where a key may be spelled with escapes: `"\u005f_proto__"`. */
const PROTOTYPE_KEYS = /__proto__|"constructor"|"prototype"|\\u00[4-7]/

/** @throws AppError invalid_input malformed or deeper than 64 levels */
export function parseJsonBody(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    throw new AppError('invalid_input', `The body is not JSON: ${(error as Error).message}`)
  }
  return toStorable(value, text)
}

/** A body without a content type: JSON when it is, else the text that it is. @throws AppError invalid_input deeper than 64 levels */
export function parseJsonOrText(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return toJson(text)
  }
  return toStorable(value, text)
}

/** What PostgreSQL can't store is replaced and prototype keys are dropped; hardly any body needs the copy that this takes. */
function toStorable(value: Json, text: string): Json {
  const found = findUnstorable(value)
  if (found?.reason === 'depth')
    throw new AppError('invalid_input', `JSON can be ${MAX_JSON_DEPTH} levels deep at most.`, { path: found.path })
  return found || PROTOTYPE_KEYS.test(text) ? toJson(value) : value
}
