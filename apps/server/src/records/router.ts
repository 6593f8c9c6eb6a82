import { z } from 'zod'
import {
  type ActionCall,
  filterSchema,
  listInput,
  listMeta,
  partInput,
  recordId,
  recordSchema,
  triggeredSchema,
  triggerInput,
  valuesSchema,
} from '../actions/action.ts'
import { performAction } from '../actions/perform-action.ts'
import { procedure, router, type TrpcContext } from '../trpc.ts'

const collection = z.string().min(1).max(64)
const target = {
  collection,
  id: recordId.optional(),
  ids: z.array(recordId).max(1_000).optional(),
  filter: filterSchema.optional(),
}
/** With it the action is on the related records of the record `id`. */
const related = { id: recordId.optional(), association: z.string().min(1).max(64).optional() }
const associationInput = triggerInput.extend({
  collection,
  id: recordId,
  association: z.string().min(1).max(64),
  /** Ids; `add` and `set` also take records to be created. */
  values: z.array(z.union([recordId, valuesSchema])).max(1_000),
})

const upsertInput = triggerInput.extend({
  collection,
  values: valuesSchema,
  keys: z.array(z.string().max(63)).min(1).max(16),
})

const reply = <Data extends z.ZodType>(data: Data) => z.object({ data, triggered: z.array(triggeredSchema) })
const oneOrMany = z.union([recordSchema, z.array(recordSchema)])
const many = reply(z.array(recordSchema))

type Ctx = Pick<TrpcContext, 'app'> & { caller: Parameters<typeof performAction>[1] }

// A schema says what `data` is for an action; performAction's own type is the union of them all.
async function perform<Output>(ctx: Ctx, call: ActionCall): Promise<Output> {
  return (await performAction(ctx.app, ctx.caller, call)) as Output
}

const page = z.object({ data: z.array(recordSchema), meta: listMeta })
const one = z.object({ data: recordSchema })
const counted = z.object({ data: z.int() })
const rows = z.object({ data: z.array(recordSchema) })
const written = reply(oneOrMany)
const single = reply(recordSchema)
const maybe = reply(z.union([oneOrMany, z.null()]))

export const recordsRouter = router({
  list: procedure
    .input(listInput.extend({ collection, ...related }))
    .output(page)
    .query(({ ctx, input }) => perform<z.infer<typeof page>>(ctx, { action: 'list', ...input })),
  get: procedure
    .input(partInput.extend({ collection, id: recordId.optional(), filter: filterSchema.optional() }))
    .output(one)
    .query(({ ctx, input }) => perform<z.infer<typeof one>>(ctx, { action: 'get', ...input })),
  count: procedure
    .input(z.object({ collection, filter: filterSchema.optional() }))
    .output(counted)
    .query(({ ctx, input }) => perform<z.infer<typeof counted>>(ctx, { action: 'count', ...input })),
  aggregate: procedure
    .input(
      z.object({
        collection,
        filter: filterSchema.optional(),
        /** Name of the result → `{ function: 'count' | 'sum' | 'avg' | 'min' | 'max', field?, distinct? }`. */
        values: valuesSchema,
        groupBy: z.array(z.string().max(63)).max(16).optional(),
      }),
    )
    .output(rows)
    .query(({ ctx, input }) => perform<z.infer<typeof rows>>(ctx, { action: 'aggregate', ...input })),
  create: procedure
    .input(
      triggerInput.extend({
        collection,
        ...related,
        values: z.union([valuesSchema, z.array(valuesSchema).max(1_000)]),
      }),
    )
    .output(written)
    .mutation(({ ctx, input }) => perform<z.infer<typeof written>>(ctx, { action: 'create', ...input })),
  update: procedure
    .input(triggerInput.extend({ ...target, values: valuesSchema }))
    .output(written)
    .mutation(({ ctx, input }) => perform<z.infer<typeof written>>(ctx, { action: 'update', ...input })),
  destroy: procedure
    .input(triggerInput.extend(target))
    .output(written)
    .mutation(({ ctx, input }) => perform<z.infer<typeof written>>(ctx, { action: 'destroy', ...input })),
  upsert: procedure
    .input(upsertInput)
    .output(single)
    .mutation(({ ctx, input }) => perform<z.infer<typeof single>>(ctx, { action: 'upsert', ...input })),
  firstOrCreate: procedure
    .input(upsertInput)
    .output(single)
    .mutation(({ ctx, input }) => perform<z.infer<typeof single>>(ctx, { action: 'firstOrCreate', ...input })),
  add: procedure
    .input(associationInput)
    .output(many)
    .mutation(({ ctx, input }) => perform<z.infer<typeof many>>(ctx, { action: 'add', ...input })),
  set: procedure
    .input(associationInput)
    .output(many)
    .mutation(({ ctx, input }) => perform<z.infer<typeof many>>(ctx, { action: 'set', ...input })),
  remove: procedure
    .input(associationInput)
    .output(many)
    .mutation(({ ctx, input }) => perform<z.infer<typeof many>>(ctx, { action: 'remove', ...input })),
  trigger: procedure
    .input(
      triggerInput.extend({
        ...target,
        collection: collection.nullable().default(null),
        values: valuesSchema.optional(),
      }),
    )
    .output(maybe)
    .mutation(({ ctx, input }) => perform<z.infer<typeof maybe>>(ctx, { action: 'trigger', ...input })),
})
