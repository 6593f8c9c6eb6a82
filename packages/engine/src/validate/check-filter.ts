import { isJsonObject, type Json } from '../core/json.ts'
import { FILTER_OPERATORS } from '../match-filter.ts'
import type { ProblemCode } from '../problem.ts'
import { isTemplate, type ValidationEnv } from './env.ts'

type Refuse = (path: string, code: ProblemCode, message: string) => void

/** Does a dotted path lead through associations to a field or association? The message when not. */
export function fieldProblem(env: ValidationEnv, collection: string, path: string): string | undefined {
  let current = collection
  const steps = path.split('.')
  for (const [index, step] of steps.entries()) {
    const info = env.collection(current)
    if (!info) return undefined
    const target = info.association(step)
    const last = index === steps.length - 1
    if (last && (target !== undefined || info.fields.includes(step))) return undefined
    if (target === undefined) return `${current} has no ${last ? 'field' : 'association'} "${step}".`
    current = target
  }
  return undefined
}

/** Checks names and operators of a filter. Values are left to the run, where their types are known. */
export function checkFilter(env: ValidationEnv, collection: string, filter: Json, at: string, refuse: Refuse): void {
  if (!isJsonObject(filter)) return
  for (const [name, condition] of Object.entries(filter)) {
    const path = `${at}.${name}`
    if (name === '$and' || name === '$or') {
      if (Array.isArray(condition))
        condition.forEach((part, index) => {
          checkFilter(env, collection, part, `${path}.${index}`, refuse)
        })
      else if (!isTemplate(condition)) refuse(path, 'invalid_config', `${name} takes a list of filters.`)
    } else if (name === '$not') {
      checkFilter(env, collection, condition, path, refuse)
    } else if (name.startsWith('$')) {
      refuse(path, 'unknown_operator', `"${name}" does not combine filters; use $and, $or or $not.`)
    } else {
      const message = fieldProblem(env, collection, name)
      if (message) refuse(path, 'unknown_field', message)
      else checkField(env, collection, name, condition, path, refuse)
    }
  }
}

function checkField(
  env: ValidationEnv,
  collection: string,
  field: string,
  condition: Json,
  at: string,
  refuse: Refuse,
) {
  if (!isJsonObject(condition)) return
  const target = field
    .split('.')
    .reduce<string | undefined>(
      (from, step) => (from ? env.collection(from)?.association(step) : undefined),
      collection,
    )
  for (const [name, operand] of Object.entries(condition)) {
    if (name === '$not') checkField(env, collection, field, operand, `${at}.${name}`, refuse)
    else if (!name.startsWith('$')) {
      if (target) checkFilter(env, target, { [name]: operand }, at, refuse)
    } else if (!FILTER_OPERATORS.has(name))
      refuse(`${at}.${name}`, 'unknown_operator', `There is no filter operator "${name}".`)
  }
}
