import { z } from 'zod'

/** `{ data, meta }` of a list that is read page by page, oldest or newest first. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    meta: z.object({
      total: z.int().optional(),
      /** To be passed as `after` for the next page; null on the last one. */
      nextAfter: z.string().nullable().optional(),
    }),
  })
}
