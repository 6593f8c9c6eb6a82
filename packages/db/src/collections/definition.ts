import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { isName } from './identifiers.ts'

export const TEXT_TYPES = ['string', 'text', 'email', 'url'] as const
export const NUMBER_TYPES = ['integer', 'bigint', 'decimal', 'float'] as const
const TIME_TYPES = ['date', 'datetime', 'time'] as const
const CHOICE_TYPES = ['enum', 'multiEnum'] as const
const PLAIN_TYPES = ['boolean', 'json', 'uuid'] as const
const ASSOCIATION_TYPES = ['belongsTo', 'hasOne', 'hasMany', 'belongsToMany'] as const

export type ScalarType =
  | (typeof TEXT_TYPES)[number]
  | (typeof NUMBER_TYPES)[number]
  | (typeof TIME_TYPES)[number]
  | (typeof CHOICE_TYPES)[number]
  | (typeof PLAIN_TYPES)[number]
export type AssociationType = (typeof ASSOCIATION_TYPES)[number]

/** What every table has beside its fields; the product sets it. */
const SYSTEM_FIELDS = ['id', 'createdAt', 'updatedAt', 'createdBy', 'updatedBy'] as const

const name = z.string().refine(isName, {
  message: 'A name starts with a letter or _ and has letters, digits and _ only, up to 63 bytes.',
})
const fieldName = name.refine((text) => !(SYSTEM_FIELDS as readonly string[]).includes(text), {
  message: `${SYSTEM_FIELDS.join(', ')} are in every collection already.`,
})

const common = {
  name: fieldName,
  title: z.string().max(200).optional(),
  /** Never read: not in results, filters, sort or contexts. Can be written. */
  hidden: z.boolean().optional(),
}
const scalar = {
  ...common,
  required: z.boolean().optional(),
  unique: z.boolean().optional(),
  indexed: z.boolean().optional(),
  /** Of the field's own type; `now` for a date or datetime is the time of the insert. */
  default: z.json().optional(),
}
const count = z.int().min(0).max(10_000_000)
const number = z.union([z.number(), z.string().max(1_000)])

const isPattern = (source: string) => {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

const choice = z.union([
  z.string().min(1).max(200),
  z.strictObject({ value: z.string().min(1).max(200), label: z.string().max(200) }),
])

const onDelete = z.enum(['restrict', 'cascade', 'setNull']).optional()
const association = { ...common, target: name }

export const fieldSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...scalar,
    type: z.enum(TEXT_TYPES),
    /** Characters: at least, at most; `length` is the same as `max`. */
    min: count.optional(),
    max: count.optional(),
    length: count.optional(),
    /** A regular expression that must match somewhere; use ^ and $ for the whole text. */
    pattern: z.string().max(200).refine(isPattern, { message: 'Not a regular expression.' }).optional(),
  }),
  z.strictObject({ ...scalar, type: z.enum(NUMBER_TYPES), min: number.optional(), max: number.optional() }),
  z.strictObject({ ...scalar, type: z.enum(TIME_TYPES), min: z.string().optional(), max: z.string().optional() }),
  z.strictObject({ ...scalar, type: z.enum(CHOICE_TYPES), values: z.array(choice).min(1).max(1_000) }),
  z.strictObject({ ...scalar, type: z.enum(PLAIN_TYPES) }),
  z.strictObject({
    ...association,
    type: z.literal('belongsTo'),
    /** The column of this table; by default `<name>Id`. */
    foreignKey: fieldName.optional(),
    required: z.boolean().optional(),
    unique: z.boolean().optional(),
    onDelete,
  }),
  z.strictObject({
    ...association,
    type: z.enum(['hasOne', 'hasMany']),
    /** The column of the target's table; by default that of the target's one belongsTo back to here, else `<collection>Id`. */
    foreignKey: fieldName.optional(),
    onDelete,
  }),
  z.strictObject({
    ...association,
    type: z.literal('belongsToMany'),
    /** A collection, or a table made for this; by default `<collection>_<name>`. */
    through: name.optional(),
    /** Columns of the through table: to this collection (`<collection>Id`) and to the target (`<target>Id`). */
    foreignKey: fieldName.optional(),
    otherKey: fieldName.optional(),
  }),
])
export type Field = z.infer<typeof fieldSchema>
export type AssociationField = Extract<Field, { target: string }>
export type ScalarField = Exclude<Field, AssociationField>

export const collectionSchema = z.strictObject({
  name,
  title: z.string().max(200).nullish(),
  /** `bigint` counts up; `uuid` is a UUID v7. */
  idType: z.enum(['bigint', 'uuid']).default('bigint'),
  fields: z.array(fieldSchema).max(500),
})
/** A collection as it is defined and stored. */
export type Collection = z.infer<typeof collectionSchema>

/** @throws AppError invalid_input with an item for each fault, paths like `fields.2.type` */
export function parseCollection(input: unknown): Collection {
  const parsed = collectionSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const items = parsed.error.issues.slice(0, 20).map((issue) => ({
    code: 'invalid_input' as const,
    message: issue.message,
    path: issue.path.map(String).join('.'),
  }))
  throw new AppError('invalid_input', items[0]!.message, { path: items[0]!.path, items })
}

export function isAssociation(field: Field): field is AssociationField {
  return 'target' in field
}

/** The plain values of an enum field, labels left away. */
export function choicesOf(field: { values: readonly (string | { value: string })[] }): string[] {
  return field.values.map((item) => (typeof item === 'string' ? item : item.value))
}
