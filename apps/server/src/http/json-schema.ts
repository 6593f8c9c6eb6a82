import { AppError, type ErrorItem, type Json, type JsonObject } from '@ensue/engine/core'
import type { ErrorObject } from 'ajv'
import { compileSchema, type SchemaValidator } from './json-schema-validator.ts'

const MAX_ITEMS = 20
/** Of a larger value the first fault is told: a list of a million bad items would make a million of them. */
const MAX_TEXT_FOR_ALL_FAULTS = 262_144

const compiled = new WeakMap<object, SchemaValidator>()

/** What is wrong with a JSON Schema (2020-12) itself; undefined when it can be used. Patterns are the regular part of
 *  JavaScript's: no look-around, no back references. */
export function jsonSchemaProblem(schema: JsonObject): string | undefined {
  try {
    validatorOf(schema)
    return undefined
  } catch (error) {
    return `The JSON Schema itself can’t be used: ${(error as Error).message}`
  }
}

/** Checks a value against a JSON Schema (2020-12) that a builder wrote.
 *  @throws AppError `schema_invalid` with an item for each path that fails, 20 at most */
export function checkJsonSchema(schema: JsonObject, value: Json, path: string): void {
  let faults: ErrorObject[]
  try {
    faults = findFaults(validatorOf(schema), value)
  } catch (error) {
    // Also a schema that refers to itself without end.
    throw new AppError('schema_invalid', `The JSON Schema itself can’t be used: ${(error as Error).message}`, {
      path,
      cause: error,
    })
  }
  if (faults.length === 0) return
  const items = new Map<string, ErrorItem>()
  for (const fault of faults) {
    const at = pathOf(fault, path)
    if (!items.has(at)) items.set(at, { code: 'schema_invalid', message: sentenceOf(fault), path: at })
    if (items.size === MAX_ITEMS) break
  }
  const list = [...items.values()]
  throw new AppError('schema_invalid', list[0]!.message, { items: list, path: list[0]!.path! })
}

/** The first fault of a value with its path, as a sentence; undefined when there is none. */
export function schemaProblem(schema: JsonObject, value: Json, path: string): string | undefined {
  try {
    checkJsonSchema(schema, value, path)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.path ?? path}: ${error.message}`
  }
}

function validatorOf(schema: JsonObject): SchemaValidator {
  let validator = compiled.get(schema)
  if (!validator) {
    validator = compileSchema(schema)
    compiled.set(schema, validator)
  }
  return validator
}

function findFaults({ check, checkAll }: SchemaValidator, value: Json): ErrorObject[] {
  if (check(value)) return []
  const first = check.errors ?? []
  if (JSON.stringify(value).length > MAX_TEXT_FOR_ALL_FAULTS) return first
  const validate = checkAll()
  validate(value)
  return validate.errors ?? first
}

function pathOf({ keyword, instancePath, params }: ErrorObject, path: string): string {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string }
  const member = keyword === 'required' ? missingProperty : additionalProperty
  const steps = instancePath.split('/').slice(1).map(unescapePointer)
  return [path, ...steps, ...(member === undefined ? [] : [member])].join('.')
}

/** RFC 6901 §4. */
function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function sentenceOf({ keyword, message = 'does not fit the schema', params }: ErrorObject): string {
  if (keyword === 'required') return 'A value is required.'
  if (keyword === 'additionalProperties') return 'There is no such member.'
  if (keyword === 'enum')
    return `The value must be one of: ${(params.allowedValues as Json[])
      .map((one) => JSON.stringify(one))
      .join(', ')
      .slice(0, 200)}.`
  return `The value ${message}.`
}
