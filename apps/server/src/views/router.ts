import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { getView } from './get-view.ts'
import { viewSchema } from './schemas.ts'
import { setView, setViewInput } from './set-view.ts'

export const viewsRouter = router({
  get: procedure
    .input(z.object({ collection: z.string().max(64) }))
    .output(viewSchema)
    .query(({ ctx, input }) => getView(ctx.app, ctx.caller, input)),
  set: procedure
    .input(setViewInput)
    .output(viewSchema)
    .mutation(({ ctx, input }) => setView(ctx.app, ctx.caller, input)),
})
