import { isJsonObject, type JsonObject } from '../core/json.ts'
import type { Step } from '../expressions/path.ts'
import { parseVariablePath } from '../webhook-path.ts'
import type { VariableType } from './define-trigger.ts'
import type { DeclaredVariable, WebhookVariables } from './webhook-variables.ts'

/** JSON Schemas of body, query and headers as far as they are declared; an alias is the `title` of its member. */
export function declaredTypes({ headers = [], query = [], body = [] }: WebhookVariables): Record<string, VariableType> {
  const text = { type: 'string' }
  return {
    headers: {
      kind: 'schema',
      schema: {
        type: 'object',
        ...(headers.length > 0 ? { properties: Object.fromEntries(headers.map((name) => [name, text])) } : {}),
        additionalProperties: text,
      },
    },
    ...(query.length > 0 ? { query: { kind: 'schema', schema: schemaOf(query) } } : {}),
    ...(body.length > 0 ? { data: { kind: 'schema', schema: schemaOf(body) } } : {}),
  }
}

function schemaOf(variables: readonly DeclaredVariable[]): JsonObject {
  const root: JsonObject = {}
  for (const { path, alias, type } of variables) {
    const at = (parseVariablePath(path) ?? []).reduce(stepInto, root)
    if (type !== undefined && at.type === undefined) at.type = type
    if (alias !== undefined && alias !== '') at.title = alias
  }
  return root
}

/** The schema of a member or of one item, made when it isn't there. */
function stepInto(schema: JsonObject, step: Step): JsonObject {
  if (typeof step === 'string') {
    schema.type = 'object'
    return childOf(childOf(schema, 'properties'), step)
  }
  schema.type = 'array'
  const items = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  schema.prefixItems = items
  while (items.length <= step) items.push({})
  return items[step] as JsonObject
}

function childOf(parent: JsonObject, name: string): JsonObject {
  const known = parent[name]
  if (isJsonObject(known)) return known
  const made: JsonObject = {}
  parent[name] = made
  return made
}
