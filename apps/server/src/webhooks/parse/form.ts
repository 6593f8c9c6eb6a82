import { AppError, type JsonObject, MAX_JSON_DEPTH, toJson } from '@ensue/engine/core'
import qs from 'qs'

export const MAX_FORM_FIELDS = 1_000

const OPTIONS: qs.IParseOptions & { strictDepth: true; throwOnLimitExceeded: true } = {
  // The form itself is the first level.
  depth: MAX_JSON_DEPTH - 1,
  strictDepth: true,
  parameterLimit: MAX_FORM_FIELDS,
  arrayLimit: MAX_FORM_FIELDS,
  throwOnLimitExceeded: true,
  // Without a prototype there is nothing that a name could reach.
  plainObjects: true,
}

/** Reads a form or the query of a URL: `a[b]=1` as objects, `a[]=1` and repeated names as lists; every value is a text.
 *  @throws AppError invalid_input with more than 1,000 fields, or deeper than 64 levels */
export function parseForm(text: string): JsonObject {
  return toJson(parseFields(text)) as JsonObject
}

/** The tree of a form as it stands, objects without prototype. @throws AppError invalid_input */
export function parseFields(text: string): Record<string, unknown> {
  if (text === '') return {}
  try {
    return qs.parse(text, OPTIONS)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new AppError(
      'invalid_input',
      `A form has ${MAX_FORM_FIELDS} fields and ${MAX_JSON_DEPTH} levels at most: ${error.message}`,
      { cause: error },
    )
  }
}
