import { isForbiddenKey } from './core/json.ts'
import type { Step } from './expressions/path.ts'

// A name is taken as it stands up to what ends it; one that holds these characters is put in backquotes, as in expressions.
const FIRST = /^(?:`([^`]+)`|([^.[\]`]+)|\[(\d{1,3})\])/
const NEXT = /\.(?:`([^`]+)`|([^.[\]`]+))|\[(\d{1,3})\]/y

const MAX_STEPS = 64

/** Reads a path into a request such as `a`, `b.c` or `items[0].sku`; undefined when it is none. */
export function parseVariablePath(path: string): Step[] | undefined {
  const first = FIRST.exec(path)
  if (!first) return undefined
  const steps: Step[] = [first[3] === undefined ? (first[1] ?? first[2]!) : Number(first[3])]
  let position = first[0].length
  while (position < path.length) {
    NEXT.lastIndex = position
    const found = NEXT.exec(path)
    if (!found) return undefined
    steps.push(found[3] === undefined ? (found[1] ?? found[2]!) : Number(found[3]))
    position = NEXT.lastIndex
  }
  if (steps.length > MAX_STEPS || steps.some((step) => typeof step === 'string' && isForbiddenKey(step)))
    return undefined
  return steps
}

/** The path one step further; undefined for a name that no path can hold. */
export function extendVariablePath(path: string, step: Step): string | undefined {
  if (typeof step === 'number') return `${path}[${step}]`
  if (step === '' || step.includes('`') || isForbiddenKey(step)) return undefined
  const name = /[.[\]]/.test(step) ? `\`${step}\`` : step
  return path === '' ? name : `${path}.${name}`
}
