import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false })
const compiled = new WeakMap<object, ValidateFunction>()

/** Checks a value against a JSON Schema (2020-12) that a builder wrote.
 *  @throws AppError `schema_invalid` with an item for each path that fails */
export function checkJsonSchema(schema: JsonObject, value: Json, path: string): void {
  let validate = compiled.get(schema)
  if (!validate) {
    try {
      validate = ajv.compile(schema)
    } catch (error) {
      throw new AppError('schema_invalid', `The JSON Schema itself cannot be used: ${(error as Error).message}`, {
        path,
        cause: error,
      })
    }
    compiled.set(schema, validate)
  }
  if (validate(value)) return
  const items = (validate.errors ?? []).slice(0, 20).map((fault) => {
    const missing = fault.keyword === 'required' ? `/${fault.params.missingProperty as string}` : ''
    return {
      code: 'schema_invalid' as const,
      message: `${fault.message ?? 'does not fit the schema'}.`,
      path: `${path}${(fault.instancePath + missing).replaceAll('/', '.')}`,
    }
  })
  throw new AppError('schema_invalid', items[0]?.message ?? 'The value does not fit its schema.', { items })
}
