import { collectionSchema as definitionSchema, fieldSchema, type ResolvedCollection } from '@ensue/db'
import { z } from 'zod'

/** A collection as its builder described it, and what the product adds to it. */
export const collectionSchema = z.object({
  ...definitionSchema.shape,
  title: z.string(),
  idType: z.enum(['bigint', 'uuid']),
  fields: z.array(fieldSchema),
  /** Fields that every collection has. */
  systemFields: z.array(z.object({ name: z.string(), type: z.string() })),
})
export type CollectionReply = z.infer<typeof collectionSchema>

export function toReply({ name, title, definition, columns }: ResolvedCollection): CollectionReply {
  return {
    name,
    title: title ?? name,
    idType: definition.idType,
    fields: definition.fields,
    systemFields: [...columns.values()].filter((column) => column.system).map(({ name, type }) => ({ name, type })),
  }
}
