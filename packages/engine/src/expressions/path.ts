import { isForbiddenKey, type Json } from '../core/json.ts'
import { findRoot, type Root, type Roots } from './roots.ts'

/** A name, or an index that applies to what the name before it gave. */
export type Step = string | number

/** A variable followed by names and fixed indices: what is read without JSONata. */
export interface VariablePath {
  /** As written after `$`. */
  variable: string
  steps: Step[]
}

const VARIABLE = /^\$([\p{L}\p{N}_]+)/u
// A bare name ends where JSONata's tokenizer ends one: at its operators, quotes and white space.
const STEP =
  /\.(?:`([^`]+)`|([^$.[\]{}(),@#;:?+\-*/%|=<>^&!~"'` \t\n\r\v][^.[\]{}(),@#;:?+\-*/%|=<>^&!~"'` \t\n\r\v]*))|\[(-?\d+)\]/y

/** Reads `source` as a plain path; undefined when it holds anything else. */
export function scanPath(source: string): VariablePath | undefined {
  const start = VARIABLE.exec(source)
  if (!start) return undefined
  const steps: Step[] = []
  let position = start[0].length
  while (position < source.length) {
    STEP.lastIndex = position
    const found = STEP.exec(source)
    if (!found) return undefined
    steps.push(found[3] === undefined ? (found[1] ?? found[2]!) : Number(found[3]))
    position = STEP.lastIndex
  }
  return { variable: start[1]!, steps }
}

/** Makes a reader of a path; the root must be known. */
export function compilePath(path: VariablePath): (roots: Roots) => Json | undefined {
  const { name, path: prefix } = findRoot(path.variable) as Root
  const steps = [...prefix, ...path.steps]
  if (steps.some((step) => typeof step === 'string' && isForbiddenKey(step))) return () => undefined
  return (roots) => readPath(roots[name], steps)
}

/** Follows names and indices as JSONata does: a name after an array is read from each of its items. */
export function readPath(start: unknown, steps: readonly Step[]): Json | undefined {
  let value = start as Json | undefined
  for (let i = 0; i < steps.length && value !== undefined; i++) {
    const step = steps[i]!
    if (typeof step === 'number') value = at(value, step)
    else if (!Array.isArray(value)) value = own(value, step)
    // `items.0.name` is no JSONata, but what people write.
    else if (isIndex(step)) value = value[Number(step)]
    else return readEach(value, steps, i)
  }
  return value
}

function own(value: Json, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined
}

function at(value: Json, index: number): Json | undefined {
  return Array.isArray(value) ? value.at(index) : index === 0 || index === -1 ? value : undefined
}

function isIndex(step: string): boolean {
  return /^\d+$/.test(step)
}

// JSONata's sequences: results are flattened one level and a single result stands for itself, except that a lone array
// in the last step stays as it is. Agreement with JSONata is held by a property test.
function readEach(items: Json[], steps: readonly Step[], from: number): Json | undefined {
  let sequence = items
  for (let i = from; i < steps.length; ) {
    const name = steps[i] as string
    let next = i + 1
    while (typeof steps[next] === 'number') next++
    const found: Json[] = []
    let results = 0
    for (const item of sequence) {
      let value = Array.isArray(item) ? lookUpEach(item, name) : own(item, name)
      if (value === undefined && next === i + 1) continue
      results++
      for (let k = i + 1; k < next && value !== undefined; k++) value = at(value, steps[k] as number)
      if (value !== undefined) found.push(value)
    }
    if (next === steps.length && results === 1 && Array.isArray(found[0])) return found[0]
    sequence = found.flat() as Json[]
    i = next
  }
  return sequence.length > 1 ? sequence : sequence[0]
}

function lookUpEach(items: Json[], name: string): Json | undefined {
  const found = lookUpAll(items, name)
  return found.length > 1 ? found : found[0]
}

function lookUpAll(items: Json[], name: string): Json[] {
  const found: Json[] = []
  for (const item of items) {
    const value = Array.isArray(item) ? lookUpAll(item, name) : own(item, name)
    if (Array.isArray(value)) for (const one of value) found.push(one)
    else if (value !== undefined) found.push(value)
  }
  return found
}
