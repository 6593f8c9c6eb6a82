import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { CredentialKind } from '../credentials.ts'
import { toText } from '../expressions/index.ts'

// Fields that several node and trigger types share. `widget` in the meta names the form control of the editor;
// validate.ts reads the same names to check collections, fields and associations.

/** Any JSON value. `z.unknown()` instead of `z.json()` keeps the derived JSON Schema free of recursive references. */
export const jsonValue = z.unknown() as z.ZodType<Json>

const jsonObject = z.record(z.string(), jsonValue)

/** Text as a template gives it: one expression keeps its type, so numbers and objects arrive here too. */
export function templateText(value: unknown): unknown {
  return value === undefined ? undefined : toText(value)
}

export function textField(meta: { title: string; [key: string]: unknown }, schema: z.ZodString = z.string()) {
  return z.preprocess(templateText, schema).meta({ widget: 'template', ...meta })
}

/** A list, or one value or comma-separated text standing for a list. */
export function toList(value: unknown): unknown {
  if (value === undefined || Array.isArray(value)) return value
  if (value === null) return []
  if (typeof value === 'string' && !value.includes('{{'))
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  return [value]
}

function nameList(meta: { title: string; widget: string; [key: string]: unknown }) {
  return z
    .preprocess(toList, z.array(z.string().min(1)).max(200))
    .optional()
    .meta(meta)
}

/** @param meta `written`: not one that is only read through collections */
export function collectionField(meta: { written?: boolean } = {}) {
  return z
    .string()
    .min(1)
    .meta({ title: 'Collection', widget: 'collection', ...meta })
}

/** The name of a secret that holds a credential of the kind. A fixed name, so that a deploy can tell whether it is there. */
export function credentialField(kind: CredentialKind) {
  return z
    .string()
    .min(1)
    .max(64)
    .refine((name) => !name.includes('{{'), 'A credential is named, not computed.')
    .meta({ title: 'Credential', widget: 'credential', secretKind: kind })
}

export function idField(title = 'Record id') {
  return z
    .union([z.string().min(1), z.number()], { error: 'An id is a text or a number.' })
    .optional()
    .meta({ title, widget: 'expression', description: 'The id of one record.' })
}

export function filterField(title = 'Filter', schema: z.ZodType<JsonObject> = jsonObject) {
  return schema.optional().meta({ title, widget: 'filter', description: 'Which records.' })
}

/** A trigger's filter of the records that it starts for. */
export function conditionField() {
  const values = jsonObject.refine(
    (filter) => !JSON.stringify(filter).includes('{{'),
    'The condition is checked before a run exists: values only.',
  )
  return filterField('Condition', values)
}

export function valuesField(schema: z.ZodType<JsonObject> = jsonObject) {
  return schema.meta({ title: 'Values', widget: 'values' })
}

export function appendsField() {
  return nameList({ title: 'Load associations', widget: 'appends', placeholder: 'category, tags.name' })
}

export function sortField() {
  return nameList({ title: 'Sort', widget: 'sort', placeholder: '-createdAt, title' })
}

export function fieldsField() {
  return nameList({ title: 'Fields', widget: 'fields', description: 'Only these fields; all when empty.' })
}

/** Fields and to-one associations whose change is looked for. */
export function changedFieldsField() {
  const description = 'On update: only when one of these has changed.'
  return nameList({ title: 'Changed fields', widget: 'fields', description, changes: true })
}

/** The parts of a JSON Schema that the engine relies on; the rest is checked where the schema is used. */
export function jsonSchemaField(title: string, description?: string) {
  return z
    .record(z.string(), jsonValue)
    .optional()
    .meta({ title, widget: 'jsonSchema', ...(description ? { description } : {}) })
}

/** A check on which members are present. It runs although other members have problems, so that a template in one doesn't hide it. */
export function memberCheck(
  holds: (has: (member: string) => boolean) => boolean,
  message: string,
  path: string[] = [],
): [check: (value: unknown) => boolean, options: { error: string; path: string[]; when: () => boolean }] {
  return [
    (value) => !isJsonObject(value) || holds((member) => value[member] !== undefined),
    { error: message, path, when: () => true },
  ]
}
