import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { alterCollection, alterCollectionInput, alteredCollection } from './alter-collection.ts'
import { createCollection, createCollectionInput } from './create-collection.ts'
import { dropCollection, dropCollectionInput } from './drop-collection.ts'
import { getCollection } from './get-collection.ts'
import { listCollections } from './list-collections.ts'
import { collectionSchema } from './schemas.ts'

export const collectionsRouter = router({
  list: procedure.output(z.array(collectionSchema)).query(({ ctx }) => listCollections(ctx.app, ctx.caller)),
  get: procedure
    .input(z.object({ name: z.string().max(64) }))
    .output(collectionSchema)
    .query(({ ctx, input }) => getCollection(ctx.app, ctx.caller, input)),
  create: procedure
    .input(createCollectionInput)
    .output(collectionSchema)
    .mutation(({ ctx, input }) => createCollection(ctx.app, ctx.caller, input)),
  alter: procedure
    .input(alterCollectionInput)
    .output(alteredCollection)
    .mutation(({ ctx, input }) => alterCollection(ctx.app, ctx.caller, input)),
  drop: procedure
    .input(dropCollectionInput)
    .output(z.null())
    .mutation(({ ctx, input }) => dropCollection(ctx.app, ctx.caller, input)),
})
