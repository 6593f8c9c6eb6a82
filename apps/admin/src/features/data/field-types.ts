import type { Collection, Field, Json, JsonObject } from '../../api/types.ts'
import { humanize } from '../../lib/json.ts'
import { shortDateTime } from '../../lib/time.ts'

export const FIELD_TYPES: { value: string; label: string }[] = [
  { value: 'string', label: 'Text' },
  { value: 'text', label: 'Long text' },
  { value: 'integer', label: 'Whole number' },
  { value: 'decimal', label: 'Decimal number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'date', label: 'Date' },
  { value: 'datetime', label: 'Date and time' },
  { value: 'enum', label: 'Choice' },
  { value: 'multiEnum', label: 'Several choices' },
  { value: 'email', label: 'E-mail address' },
  { value: 'url', label: 'URL' },
  { value: 'json', label: 'JSON' },
  { value: 'belongsTo', label: 'Link to one record' },
  { value: 'hasMany', label: 'Linked records' },
]

export function labelOf(field: Pick<Field, 'name' | 'title'>): string {
  return field.title || humanize(field.name)
}

const LISTS = new Set(['hasOne', 'hasMany', 'belongsToMany'])

/** Fields that a form can set: not those that live in another table. */
export function formFields(collection: Collection): Field[] {
  return collection.fields.filter(({ type, hidden, target }) => !hidden && !(target && LISTS.has(type)))
}

export function tableFields(collection: Collection, columns: string[] | undefined): Field[] {
  const shown = collection.fields.filter(({ hidden, type }) => !hidden && !LISTS.has(type))
  if (!columns || columns.length === 0) return shown.slice(0, 7)
  return columns.flatMap((name) => shown.filter((field) => field.name === name))
}

/** The column that holds a link: its own name, or the foreign key's. */
export function valueName(field: Field): string {
  return field.type === 'belongsTo' ? (field.foreignKey ?? `${field.name}Id`) : field.name
}

/** A value as a cell of a table says it. */
export function cellText(field: Field, value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return ''
  if (field.type === 'boolean') return value === true ? 'Yes' : 'No'
  if (field.type === 'datetime' && typeof value === 'string') return shortDateTime(value)
  if (Array.isArray(value)) return value.map(String).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const NUMBERS = new Set(['integer', 'decimal', 'float', 'bigint'])
export const isNumber = (type: string) => NUMBERS.has(type)

/** What a form's text stands for; an empty one is null. `datetime-local` is in the reader's time zone. */
export function toValue(field: Field, text: string): Json {
  if (text === '') return null
  if (field.type === 'integer' || field.type === 'float') return Number.isNaN(Number(text)) ? text : Number(text)
  if (field.type === 'datetime') return new Date(text).toISOString()
  return text
}

export function toInputText(field: Field, value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (field.type === 'datetime' && typeof value === 'string') {
    const date = new Date(value)
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  }
  return String(value)
}

/** Only what was changed, so that two people editing different fields don't undo each other. */
export function changedValues(before: JsonObject, after: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name] ?? null)),
  )
}

/** Collection and field names: what PostgreSQL and expressions take without quotes. */
export function toName(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
  return words
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('')
    .replace(/^\d+/, '')
}

/** The fields that a text can be searched in. */
export function textFields(collection: Collection): Field[] {
  return collection.fields.filter(({ type }) => ['string', 'text', 'email', 'url', 'enum'].includes(type))
}
