import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { workflowKey } from '../workflows/schemas.ts'
import { getWebhook } from './get-webhook.ts'

export const webhooksRouter = router({
  get: procedure
    .input(z.object({ workflow: workflowKey }))
    .output(z.object({ urls: z.array(z.string()), methods: z.array(z.string()), live: z.boolean() }))
    .query(({ ctx, input }) => getWebhook(ctx.app, ctx.caller, input)),
})
