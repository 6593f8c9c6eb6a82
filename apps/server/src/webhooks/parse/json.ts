import { AppError, findUnstorable, hasMoreValuesThan, type Json, MAX_JSON_DEPTH, toJson } from '@ensue/engine/core'

/** Also where a key may be spelled with escapes: `"\u005f_proto__"`. */
const PROTOTYPE_KEYS = /__proto__|"constructor"|"prototype"|\\u00[4-7]/

/** A million of zeros is 2 MB, and a second of work for everybody who reads, masks and stores it. */
const MAX_VALUES = 100_000
/** Of a value and what parts it from the next. */
const MIN_BYTES_OF_VALUE = 2

/** @throws AppError payload_too_large more than 100,000 values */
export function checkValues(value: Json, bytes: number): void {
  if (bytes > MAX_VALUES * MIN_BYTES_OF_VALUE && hasMoreValuesThan(value, MAX_VALUES))
    throw new AppError(
      'payload_too_large',
      `A body holds ${MAX_VALUES} values at most; lists, objects and what is in them are counted.`,
    )
}

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
  checkValues(value, text.length)
  const found = findUnstorable(value)
  if (found?.reason === 'depth')
    throw new AppError('invalid_input', `JSON can be ${MAX_JSON_DEPTH} levels deep at most.`, { path: found.path })
  return found || PROTOTYPE_KEYS.test(text) ? toJson(value) : value
}
