import { compileTemplate, type Definition, resolveTemplate, type Template, toText } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'

const MAX_LENGTH = 200
const templates = new WeakMap<Definition, Template>()

/** The business key of an execution, from the workflow's option `label`. Null without one, and when it can't be worked out
 *  from the context at once: a list entry is no reason to refuse a start. */
export function labelOf(definition: Definition, context: JsonObject): string | null {
  const { label } = definition.options
  if (!label) return null
  let template = templates.get(definition)
  if (!template) {
    template = compileTemplate(label)
    templates.set(definition, template)
  }
  try {
    const value = resolveTemplate(template, { context, param: context.param ?? null, user: context.user ?? null })
    if (value instanceof Promise) {
      value.catch(() => {})
      return null
    }
    return toText(value).slice(0, MAX_LENGTH) || null
  } catch {
    return null
  }
}
