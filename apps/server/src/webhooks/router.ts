import { z } from 'zod'
import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { workflowKey } from '../workflows/schemas.ts'
import { deliveryId, getDelivery } from './get-delivery.ts'
import { getWebhook } from './get-webhook.ts'
import { listDeliveries, listDeliveriesInput } from './list-deliveries.ts'
import { parseRequestSample, sampleInput, sampleOutput } from './parse-sample.ts'
import { replayDeliveries, replayInput, replayOutput } from './replay-deliveries.ts'
import { deliveryListItem, deliverySchema } from './schemas.ts'

export const webhooksRouter = router({
  get: procedure
    .input(z.object({ workflow: workflowKey }))
    .output(z.object({ urls: z.array(z.string()), methods: z.array(z.string()), live: z.boolean() }))
    .query(({ ctx, input }) => getWebhook(ctx.app, ctx.caller, input)),
  parseSample: procedure
    .input(sampleInput)
    .output(sampleOutput)
    .mutation(({ ctx, input }) => parseRequestSample(ctx.app, ctx.caller, input)),
  deliveries: procedure
    .input(listDeliveriesInput)
    .output(pageOf(deliveryListItem))
    .query(({ ctx, input }) => listDeliveries(ctx.app, ctx.caller, input)),
  delivery: procedure
    .input(deliveryId)
    .output(deliverySchema)
    .query(({ ctx, input }) => getDelivery(ctx.app, ctx.caller, input)),
  replay: procedure
    .input(replayInput)
    .output(replayOutput)
    .mutation(({ ctx, input }) => replayDeliveries(ctx.app, ctx.caller, input)),
})
