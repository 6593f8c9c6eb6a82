import { isForbiddenKey, type Json } from '@ensue/engine/core'
import { z } from 'zod'

export const SCALAR_TYPES = [
  'string',
  'text',
  'integer',
  'bigint',
  'decimal',
  'float',
  'boolean',
  'date',
  'datetime',
  'time',
  'json',
  'uuid',
  'enum',
  'multiEnum',
  'email',
  'url',
] as const
export const ASSOCIATION_TYPES = ['belongsTo', 'hasOne', 'hasMany', 'belongsToMany'] as const
export type ScalarType = (typeof SCALAR_TYPES)[number]
export type AssociationType = (typeof ASSOCIATION_TYPES)[number]

/** Set by the product at every write; no field of a collection takes these names. */
export const SYSTEM_FIELDS = ['id', 'createdAt', 'updatedAt', 'createdBy', 'updatedBy'] as const

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u

export const nameSchema = z
  .string()
  .refine(
    (name) => NAME.test(name) && Buffer.byteLength(name) <= 63,
    'A name starts with a letter and holds letters, digits and _ (63 bytes at most).',
  )
  .refine((name) => !isForbiddenKey(name), 'This name is reserved.')

const enumValue = z.union([
  z.string().min(1).max(255),
  z.strictObject({ value: z.string().min(1).max(255), label: z.string().max(255).optional() }),
])

export const fieldSchema = z
  .strictObject({
    name: nameSchema,
    type: z.enum([...SCALAR_TYPES, ...ASSOCIATION_TYPES]),
    title: z.string().max(200).optional(),
    required: z.boolean().optional(),
    unique: z.boolean().optional(),
    indexed: z.boolean().optional(),
    /** Never read through the API, never in a workflow's context. */
    hidden: z.boolean().optional(),
    default: z.json().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    /** Most characters of a text. */
    length: z.int().min(1).max(1_000_000).optional(),
    pattern: z.string().max(500).optional(),
    values: z.array(enumValue).min(1).max(500).optional(),
    target: nameSchema.optional(),
    foreignKey: nameSchema.optional(),
    otherKey: nameSchema.optional(),
    through: nameSchema.optional(),
    onDelete: z.enum(['restrict', 'cascade', 'setNull']).optional(),
  })
  .superRefine((field, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if ((SYSTEM_FIELDS as readonly string[]).includes(field.name))
      problem('name', `Every collection has a field ${field.name} already.`)
    if ((field.type === 'enum' || field.type === 'multiEnum') && !field.values)
      problem('values', `A field of type ${field.type} needs its values.`)
    if (isAssociationType(field.type) && !field.target) problem('target', `An association needs its target collection.`)
    if (!isAssociationType(field.type) && field.target) problem('target', 'Only an association has a target.')
    if (field.pattern !== undefined && !isRegularExpression(field.pattern))
      problem('pattern', 'This is not a regular expression.')
  })

export type Field = z.infer<typeof fieldSchema>

export const collectionSchema = z
  .strictObject({
    name: nameSchema,
    title: z.string().max(200).optional(),
    idType: z.enum(['bigint', 'uuid']).default('bigint'),
    fields: z.array(fieldSchema).max(500).default([]),
  })
  .superRefine(({ fields }, context) => {
    const seen = new Set<string>()
    fields.forEach((field, index) => {
      if (seen.has(field.name))
        context.addIssue({
          code: 'custom',
          path: ['fields', index, 'name'],
          message: `There are two fields ${field.name}.`,
        })
      seen.add(field.name)
    })
  })

/** A collection as its builder describes it; system fields are not listed. */
export type Collection = z.infer<typeof collectionSchema>

export function isAssociationType(type: string): type is AssociationType {
  return (ASSOCIATION_TYPES as readonly string[]).includes(type)
}

export function enumValues(field: Field): string[] {
  return (field.values ?? []).map((item) => (typeof item === 'string' ? item : item.value))
}

export function defaultOf(field: Field): Json | undefined {
  return field.default as Json | undefined
}

function isRegularExpression(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
