import { compileTemplate, resolveTemplate, type Template, toText } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'

const MAX_LENGTH = 200
const MAX_CACHED = 1_000
const templates = new Map<string, Template>()

function compiled(template: string): Template {
  let found = templates.get(template)
  if (!found) {
    if (templates.size >= MAX_CACHED) templates.delete(templates.keys().next().value!)
    found = compileTemplate(template)
    templates.set(template, found)
  }
  return found
}

/** What a template of a workflow's options, e.g. its `label`, says of an execution that is about to start. Undefined without one, and
 *  when it can't be worked out from the context at once: that is no reason to refuse a start. */
export function contextText(template: string | undefined, context: JsonObject): string | undefined {
  if (!template) return undefined
  try {
    const roots = { context, param: context.param ?? null, user: context.user ?? null }
    const value = resolveTemplate(compiled(template), roots)
    if (value instanceof Promise) {
      value.catch(() => {})
      return undefined
    }
    return toText(value).slice(0, MAX_LENGTH) || undefined
  } catch {
    return undefined
  }
}
