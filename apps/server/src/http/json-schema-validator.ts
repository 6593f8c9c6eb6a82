import { compilePattern } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import { isJsonObject } from '@ensue/engine/core'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** A validator's fault in what a builder wrote could hold the process, so the two keywords whose time can explode are our
 *  own: patterns run in linear time, and unique items are compared by their text. */
function createAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    strict: false,
    validateFormats: false,
    logger: false,
    // A schema may carry an $id, and be compiled again in its next version.
    addUsedSchema: false,
    code: { regExp: Object.assign(createPattern, { code: 'createPattern' }) },
  })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same item twice' },
    validate: (isOn: boolean, items: unknown[]) =>
      !isOn || items.length < 2 || new Set(items.map(toCanonicalText)).size === items.length,
  })
  return ajv
}

function createPattern(source: string) {
  const matches = compilePattern(source)
  return {
    test(text: string) {
      try {
        return matches(text)
      } catch {
        // Longer than what is matched against patterns.
        return false
      }
    },
    // Ajv tells patterns apart by it.
    toString: () => `pattern ${source}`,
  }
}

/** The same for values that JSON Schema calls equal: members in any order. */
function toCanonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

export interface SchemaValidator {
  /** Stops at the first fault. */
  check: ValidateFunction
  /** Finds every fault; made when it is first wanted. */
  checkAll(): ValidateFunction
}

const first = createAjv(false)
const all = createAjv(true)

/** @throws Error what is wrong with the schema */
export function compileSchema(schema: JsonObject): SchemaValidator {
  const compile = (ajv: Ajv2020) => {
    try {
      return ajv.compile(schema)
    } finally {
      // It would keep every schema that it has seen.
      ajv.removeSchema(schema)
    }
  }
  let everything: ValidateFunction | undefined
  return {
    check: compile(first),
    checkAll: () => {
      everything ??= compile(all)
      return everything
    },
  }
}
