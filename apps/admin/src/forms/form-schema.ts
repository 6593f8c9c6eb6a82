import type { Json, Schema } from '../api/types.ts'

export const FIELD_KINDS = [
  { value: 'text', label: 'Text' },
  { value: 'textarea', label: 'Long text' },
  { value: 'number', label: 'Number' },
  { value: 'integer', label: 'Whole number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'date', label: 'Date' },
  { value: 'choice', label: 'Choice' },
] as const
export type FieldKind = (typeof FIELD_KINDS)[number]['value']

export interface BuiltField {
  name: string
  title: string
  kind: FieldKind
  required: boolean
  choices: string[]
}

function kindOf(schema: Schema): FieldKind | undefined {
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'number' || schema.type === 'integer') return schema.type
  if (schema.type !== 'string') return undefined
  if (schema.format === 'date') return 'date'
  return schema.widget === 'textarea' ? 'textarea' : 'text'
}

/** The members of an object schema in the order of its form. */
export function orderedProperties(schema: Schema | null | undefined): [name: string, schema: Schema][] {
  const properties = schema?.properties ?? {}
  const first = (schema?.['x-order'] ?? []).filter((name) => properties[name] !== undefined)
  const rest = Object.keys(properties).filter((name) => !first.includes(name))
  return [...first, ...rest].map((name) => [name, properties[name] ?? {}])
}

/** The fields of a flat form; undefined when the schema holds more than the builder knows. */
export function formFields(schema: Schema | undefined): BuiltField[] | undefined {
  const fields: BuiltField[] = []
  for (const [name, part] of orderedProperties(schema)) {
    const kind = kindOf(part)
    if (!kind) return undefined
    fields.push({
      name,
      title: part.title ?? '',
      kind,
      required: schema?.required?.includes(name) ?? false,
      choices: (part.enum ?? []).map(String),
    })
  }
  return fields
}

function partOf({ kind, title, choices }: BuiltField): Schema {
  const named = title === '' ? {} : { title }
  if (kind === 'choice') return { type: 'string', ...named, enum: choices as Json[] }
  if (kind === 'textarea') return { type: 'string', ...named, widget: 'textarea' }
  if (kind === 'date') return { type: 'string', ...named, format: 'date' }
  return { type: kind === 'text' ? 'string' : kind, ...named }
}

export function toFormSchema(fields: BuiltField[]): Schema {
  const required = fields.flatMap((field) => (field.required ? [field.name] : []))
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(fields.map((field) => [field.name, partOf(field)])),
    ...(fields.length > 1 ? { 'x-order': fields.map(({ name }) => name) } : {}),
  }
}
