import { isJsonObject, type JsonObject } from '../core/json.ts'
import { compileTemplate, type Template } from '../expressions/index.ts'
import { configSchemaOf } from './config-schema.ts'
import type { NodeType } from './define-node.ts'
import { prepareConfig } from './prepare-config.ts'

/** Paths of the members whose meta says `secret`: only there `$secrets` may be read. */
function secretMembers(schema: JsonObject, path = ''): string[] {
  if (schema.secret === true) return [path]
  const own = Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([name, member]) =>
    isJsonObject(member) ? secretMembers(member, path === '' ? name : `${path}.${name}`) : [],
  )
  // A union's member may be read as a secret when one of the alternatives says so.
  const alternatives = [schema.oneOf, schema.anyOf].flatMap((list) =>
    Array.isArray(list) ? list.filter(isJsonObject) : [],
  )
  return [...own, ...alternatives.flatMap((part) => secretMembers(part, path))]
}

/** Compiles the expressions of a node's or trigger's config by what its type says of the members. */
export function compileConfig(
  type: Pick<NodeType, 'config' | 'expressions' | 'strict' | 'raw' | 'encode' | 'over'>,
  config: JsonObject,
): Template {
  return compileTemplate(prepareConfig(type, config), {
    strict: type.strict ?? [],
    raw: type.raw ?? [],
    encode: type.encode?.(config) ?? {},
    ...(type.over ? { over: type.over } : {}),
    secrets: secretMembers(configSchemaOf(type)),
  })
}
