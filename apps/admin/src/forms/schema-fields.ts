import type { Json, JsonObject, Schema } from '../api/types.ts'
import { humanize } from '../lib/json.ts'

export interface FormField {
  name: string
  schema: Schema
  label: string
  required: boolean
}

/** Members of which one is given, with their titles. The schema can't say so, so they are known by name. */
const CHOICES: Record<string, string>[] = [
  { conditions: 'Conditions', expression: 'Expression' },
  { durationMs: 'For a duration', until: 'Until a time' },
  { values: 'One record', records: 'A list of records' },
  { id: 'One record', filter: 'All that match' },
  { cron: 'Cron', everyMs: 'Interval', dateField: 'Date of a record' },
]

export interface FormChoice {
  options: { field: FormField; title: string }[]
}

/** Is the field to be shown, given its siblings? `visibleWhen` names siblings (or `sync`) and the values they must have. */
export function isVisible(
  schema: Schema,
  value: JsonObject,
  properties: Record<string, Schema>,
  sync = false,
): boolean {
  return Object.entries(schema.visibleWhen ?? {}).every(([name, wanted]) => {
    const actual: Json | undefined = name === 'sync' ? sync : (value[name] ?? properties[name]?.default)
    return Array.isArray(wanted) ? wanted.some((item) => item === actual) : actual === wanted
  })
}

/** The fields of an object schema in their order; members that exclude each other come as one choice. */
export function formItems(schema: Schema, value: JsonObject, sync = false): (FormField | FormChoice)[] {
  const properties = schema.properties ?? {}
  const required = new Set(schema.required ?? [])
  const items: (FormField | FormChoice)[] = []
  const taken = new Set<string>()
  const toField = (name: string, part: Schema): FormField => ({
    name,
    schema: part,
    label: part.title ?? humanize(name),
    required: required.has(name),
  })
  for (const [name, part] of Object.entries(properties)) {
    if (taken.has(name) || !isVisible(part, value, properties, sync)) continue
    const choice = Object.entries(CHOICES.find((members) => Object.keys(members)[0] === name) ?? {})
    const options = choice.flatMap(([member, title]) => {
      const schema = properties[member]
      return schema ? [{ field: toField(member, schema), title }] : []
    })
    if (options.length < 2) {
      items.push(toField(name, part))
      continue
    }
    for (const { field } of options) taken.add(field.name)
    items.push({ options })
  }
  return items
}

interface FormGroup {
  title: string
  fields: FormField[]
}

/** What a form shows at once, and what it folds away: the members that their schema puts in a group. */
export function formParts(items: readonly (FormField | FormChoice)[]): {
  everyday: (FormField | FormChoice)[]
  groups: FormGroup[]
} {
  const everyday: (FormField | FormChoice)[] = []
  const groups = new Map<string, FormField[]>()
  for (const item of items) {
    const title = 'schema' in item ? item.schema.group : undefined
    if ('options' in item || title === undefined) everyday.push(item)
    else groups.set(title, [...(groups.get(title) ?? []), item])
  }
  return { everyday, groups: [...groups].map(([title, fields]) => ({ title, fields })) }
}

export type WidgetName =
  | 'text'
  | 'number'
  | 'switch'
  | 'select'
  | 'multiSelect'
  | 'object'
  | 'list'
  | 'variant'
  | (string & {})

/** Which control a schema gets: its `widget`, else one by its type. */
export function widgetOf(schema: Schema): WidgetName {
  if (schema.widget === 'select') return schema.type === 'array' ? 'multiSelect' : 'select'
  if (schema.widget) return schema.widget
  if (schema.enum) return 'select'
  if (schema.oneOf?.every((part) => part.properties)) return 'variant'
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== 'null') : schema.type
  if (type === 'boolean') return 'switch'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'object') return schema.properties ? 'object' : 'keyValue'
  if (type === 'array') {
    const items = typeof schema.items === 'object' ? schema.items : undefined
    if (items?.enum) return 'multiSelect'
    return items?.properties ? 'list' : 'json'
  }
  if (type === 'string') return schema.secret ? 'secret' : 'text'
  return 'json'
}

/** What a text stands for where any JSON value may be: numbers and booleans as such, everything else as text. */
export function parseValue(text: string): Json {
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  if (text !== '' && String(Number(text)) === text) return Number(text)
  return text
}

/** As `parseValue`, but by the type of a field: the text of a text field stays text. */
export function parseForType(text: string, type: string | undefined): Json {
  if (type === undefined || type === 'json') return parseValue(text)
  if (text.includes('{{')) return text
  // A bigint may be too large for a number, and is as good as text.
  if (['integer', 'float', 'decimal'].includes(type))
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** Does a path of config members match a pattern such as `cases.*.expression`? */
export function matchesPath(path: string, pattern: string): boolean {
  const parts = path.split('.')
  const wanted = pattern.split('.')
  return parts.length === wanted.length && wanted.every((part, index) => part === '*' || part === parts[index])
}

/** The first value of a new object: the required members that have a default or only one possible value. */
export function initialValue(schema: Schema): JsonObject {
  const value: JsonObject = {}
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    if (part.const !== undefined) value[name] = part.const
    else if (schema.required?.includes(name) && part.default !== undefined) value[name] = part.default
  }
  return value
}
