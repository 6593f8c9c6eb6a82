import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { toList } from '../nodes/config-fields.ts'
import { configSchemaOf } from '../nodes/config-schema.ts'
import type { NodeType } from '../nodes/define-node.ts'
import { isReservedEventName } from '../nodes/event-emit.ts'
import type { ProblemCode } from '../problem.ts'
import { SYSTEM_EVENTS } from '../system-events.ts'
import { checkFilter, fieldProblem } from './check-filter.ts'
import { isTemplate, type ValidationEnv } from './env.ts'

type Refuse = (path: string, code: ProblemCode, message: string) => void

/** Checks what a config names: collections, fields, associations, workflows, roles. The members are known by the `widget` of
 *  their schema, so a new type needs nothing here. Paths are relative to the config.
 *  @param triggerCollection whose records the trigger of the workflow is about */
export function checkNames(
  type: Pick<NodeType, 'config'>,
  config: JsonObject,
  env: ValidationEnv,
  refuse: Refuse,
  triggerCollection?: Json,
): void {
  visitMembers(configSchemaOf(type), config, '', (schema, value, path, siblings) => {
    const names = () =>
      (toList(value) as Json[]).filter((name): name is string => typeof name === 'string' && !isTemplate(name))
    switch (schema.widget) {
      case 'collection':
        if (typeof value === 'string' && !isTemplate(value)) {
          const found = env.collection(value)
          if (!found) refuse(path, 'unknown_collection', `There is no collection "${value}".`)
          else if (schema.written === true && found.readOnly)
            refuse(
              path,
              'invalid_config',
              `Nothing would start: "${value}" is not written as other collections are. Listen to an event of the system.`,
            )
        }
        return
      case 'workflow':
        for (const name of names())
          if (env.workflowKeys?.has(name) === false) refuse(path, 'unknown_workflow', `There is no workflow "${name}".`)
        return
      case 'event':
        for (const name of names())
          if (isReservedEventName(name) && !SYSTEM_EVENTS.has(name))
            refuse(path, 'unknown_event', `There is no system event "${name}".`)
        return
      case 'roles':
        for (const name of names())
          if (env.roles?.has(name) === false) refuse(path, 'unknown_role', `There is no role "${name}".`)
        return
      case 'jsonSchema': {
        const problem = isJsonObject(value) ? env.jsonSchemaProblem?.(value) : undefined
        if (problem !== undefined) refuse(path, 'invalid_config', problem)
        return
      }
      case 'credential':
        if (typeof value === 'string' && env.secrets?.get(value) !== schema.secretKind && env.secrets)
          refuse(path, 'unknown_secret', `There is no secret "${value}" of the kind ${schema.secretKind}.`)
        return
    }
    const collection = schema.of === 'trigger' ? triggerCollection : (siblings.collection ?? config.collection)
    const info = typeof collection === 'string' ? env.collection(collection) : undefined
    if (typeof collection !== 'string' || !info) return
    const requireField = (name: string, at: string) => {
      const message = fieldProblem(env, collection, name)
      if (message) refuse(at, 'unknown_field', message)
    }
    const requireKeys = (values: Json, at: string) => {
      if (isJsonObject(values))
        for (const key of Object.keys(values))
          if (!info.fields.includes(key) && info.association(key) === undefined)
            refuse(`${at}.${key}`, 'unknown_field', `${collection} has no field "${key}".`)
    }
    if (schema.widget === 'filter') checkFilter(env, collection, value, path, refuse)
    else if (schema.widget === 'values') requireKeys(value, path)
    else if (schema.records === true && Array.isArray(value))
      value.forEach((values, index) => {
        requireKeys(values, `${path}.${index}`)
      })
    else if (schema.widget === 'field' && typeof value === 'string') {
      requireField(value, path)
      const type = info.fieldType?.(value)
      if (type !== undefined && Array.isArray(schema.fieldTypes) && !schema.fieldTypes.includes(type))
        refuse(path, 'unknown_field', `"${value}" is of type ${type}; choose one of ${schema.fieldTypes.join(' or ')}.`)
    } else if (schema.widget === 'fields')
      for (const name of names()) {
        if (
          schema.changes === true &&
          fieldProblem(env, collection, name) === undefined &&
          info.canChange?.(name) === false
        )
          refuse(
            path,
            'unknown_field',
            `A change of "${name}" is never noticed: it is hidden, or not of the record itself.`,
          )
        else requireField(name, path)
      }
    else if (schema.widget === 'sort') for (const name of names()) requireField(name.replace(/^[-+]/, ''), path)
    else if (schema.widget === 'appends')
      for (const name of names())
        if (!leadsToCollection(env, collection, name))
          refuse(path, 'unknown_association', `${collection} has no association "${name}".`)
  })
}

/** `category` and `category.owner` are associations; `tags.name` loads one field of an association. */
function leadsToCollection(env: ValidationEnv, collection: string, path: string): boolean {
  return (
    env.collection(collection)?.association(path.split('.')[0] ?? '') !== undefined &&
    !fieldProblem(env, collection, path)
  )
}

function visitMembers(
  schema: JsonObject,
  value: JsonObject,
  at: string,
  visit: (schema: JsonObject, value: Json, path: string, siblings: JsonObject) => void,
): void {
  for (const [name, member] of Object.entries(isJsonObject(schema.properties) ? schema.properties : {})) {
    const found = value[name]
    if (found === undefined || found === null || !isJsonObject(member)) continue
    const path = at === '' ? name : `${at}.${name}`
    visit(member, found, path, value)
    if (isJsonObject(found)) visitMembers(member, found, path, visit)
  }
}
