import { isForbiddenKey, type Json, type JsonObject } from './core/json.ts'
import type { Step } from './expressions/path.ts'

/** Only what the paths lead to, in its place: `items[1].sku` of a list gives `[null, { sku }]`. Undefined when they lead nowhere. */
export function pickDeclared(value: Json, paths: readonly (readonly Step[])[]): Json | undefined {
  if (paths.some((path) => path.length === 0)) return value
  if (typeof value !== 'object' || value === null) return undefined
  const byStep = Map.groupBy(paths, ([step]) => step!)
  if (!Array.isArray(value)) return pickMembers(value, byStep)
  const out: Json[] = []
  // A name after a list is read from each of its items, as in expressions.
  const names = paths.filter(([step]) => typeof step === 'string')
  for (const [index, item] of value.entries()) {
    const rest = (byStep.get(index) ?? []).map((path) => path.slice(1))
    const wanted = [...names, ...rest]
    const found = wanted.length === 0 ? undefined : pickDeclared(item, wanted)
    if (found === undefined) continue
    while (out.length < index) out.push(null)
    out.push(found)
  }
  return out
}

function pickMembers(value: JsonObject, byStep: ReadonlyMap<Step, readonly (readonly Step[])[]>): JsonObject {
  const out: JsonObject = {}
  for (const [step, paths] of byStep) {
    if (typeof step !== 'string' || isForbiddenKey(step) || !Object.hasOwn(value, step)) continue
    const found = pickDeclared(
      value[step]!,
      paths.map((path) => path.slice(1)),
    )
    if (found !== undefined) out[step] = found
  }
  return out
}
