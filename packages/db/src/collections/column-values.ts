import type { Json } from '@ensue/engine/core'
import { compareNumbers, toWireDecimal } from './decimals.ts'
import { type Column, isTextType } from './resolved-collection.ts'
import { Fault, PARSERS, type Parse } from './scalar-values.ts'

/** Checks what is written to a column, with its limits. Null passes when the column may be empty. */
export function columnParser(column: Column): Parse {
  const parse = limited(column, PARSERS[column.type])
  return (value) => {
    if (value !== null) return parse(value)
    return column.required ? new Fault('is required.') : null
  }
}

function limited(column: Column, parse: Parse): Parse {
  const rules = rulesOf(column)
  if (rules.length === 0) return parse
  return (value) => {
    const parsed = parse(value)
    if (parsed instanceof Fault) return parsed
    for (const rule of rules) {
      const fault = rule(parsed)
      if (fault !== undefined) return new Fault(fault)
    }
    return parsed
  }
}

type Rule = (value: unknown) => string | undefined

function rulesOf(column: Column): Rule[] {
  const { type, min, max, pattern, choices } = column
  const rules: Rule[] = []
  const add = (holds: (value: unknown) => boolean, message: string) =>
    rules.push((value) => (holds(value) ? undefined : message))
  if (isTextType(type)) {
    if (min !== undefined)
      add((value) => lengthOf(value as string) >= Number(min), `must have at least ${min} characters.`)
    if (max !== undefined)
      add((value) => lengthOf(value as string) <= Number(max), `must have at most ${max} characters.`)
  } else {
    const order = orderOf(type)
    // A limit is compared in the form that a checked value has.
    const [least, most] = [min, max].map((limit) => (limit === undefined ? undefined : PARSERS[type](limit)))
    if (min !== undefined) add((value) => order(value, least) >= 0, `must be at least ${min}.`)
    if (max !== undefined) add((value) => order(value, most) <= 0, `must be at most ${max}.`)
  }
  if (pattern !== undefined) {
    const expression = new RegExp(pattern, 'u')
    // Patterns come from those who may write scripts as well; the limit only keeps usual backtracking short.
    add((value) => (value as string).length <= 1_000 && expression.test(value as string), `must match ${pattern}.`)
  }
  if (choices) {
    const known = new Set<unknown>(choices)
    add(
      (value) => (Array.isArray(value) ? value.every((item) => known.has(item)) : known.has(value)),
      `must be ${type === 'multiEnum' ? 'a list of' : 'one of'} ${listed(choices)}.`,
    )
  }
  return rules
}

/** Characters as PostgreSQL counts them: code points. */
function lengthOf(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length - 1; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) length--
  return length
}

function orderOf(type: Column['type']): (a: unknown, b: unknown) => number {
  if (type === 'date' || type === 'datetime' || type === 'time')
    return (a, b) => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1)
  return (a, b) => compareNumbers(a as number | string, b as number | string)
}

/** What is wrong with a column's own default and limits, by property. */
export function columnFaults(column: Column): { property: 'default' | 'min' | 'max'; message: string }[] {
  const { type, min, max } = column
  const faults: { property: 'default' | 'min' | 'max'; message: string }[] = []
  if (!isTextType(type))
    for (const [property, limit] of [
      ['min', min],
      ['max', max],
    ] as const) {
      const parsed = limit === undefined ? undefined : PARSERS[type](limit)
      if (parsed instanceof Fault) faults.push({ property, message: `The limit ${parsed.message}` })
    }
  if (faults.length > 0 || column.default === undefined || isNow(column)) return faults
  const parsed = columnParser(column)(column.default)
  if (parsed instanceof Fault) faults.push({ property: 'default', message: `The default ${parsed.message}` })
  return faults
}

/** Is the default the time of the insert? */
export function isNow(column: Column): boolean {
  return column.default === 'now' && (column.type === 'date' || column.type === 'datetime')
}

function listed(choices: readonly string[]): string {
  const shown = choices.slice(0, 12).map((choice) => JSON.stringify(choice))
  return choices.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** Turns what the driver reads into the wire form, where the two differ: decimals, and numbers that JSON does not have. */
export function wireConverter(type: Column['type']): ((value: unknown) => Json) | undefined {
  if (type === 'decimal') return (value) => (typeof value === 'string' ? toWireDecimal(value) : null)
  if (type === 'float') return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
  return undefined
}
