import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { NodeType } from './define-node.ts'

function wrapAt(value: Json | undefined, [step, ...rest]: readonly string[]): Json | undefined {
  if (value === undefined) return undefined
  if (step === undefined)
    return typeof value === 'string' && value.trim() !== '' && !value.includes('{{') ? `{{ ${value} }}` : value
  if (step === '*') return Array.isArray(value) ? value.map((item) => wrapAt(item, rest) as Json) : value
  if (!isJsonObject(value) || value[step] === undefined) return value
  return { ...value, [step]: wrapAt(value[step], rest) as Json }
}

/** The config with the bare expressions of the type's `expressions` members in `{{ }}`. To be done before templates are
 *  compiled, resolved or checked. */
export function prepareConfig(type: Pick<NodeType, 'expressions'>, config: JsonObject): JsonObject {
  return (type.expressions ?? []).reduce((prepared, path) => wrapAt(prepared, path.split('.')) as JsonObject, config)
}
