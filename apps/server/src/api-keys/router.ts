import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { apiKeySchema, createApiKey, createApiKeyInput, createdApiKey } from './create-api-key.ts'
import { deleteApiKey } from './delete-api-key.ts'
import { listApiKeys } from './list-api-keys.ts'

export const apiKeysRouter = router({
  list: procedure.output(z.array(apiKeySchema)).query(({ ctx }) => listApiKeys(ctx.app, ctx.caller)),
  create: procedure
    .input(createApiKeyInput)
    .output(createdApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx.app, ctx.caller, input)),
  delete: procedure
    .input(z.object({ id: z.uuid() }))
    .output(z.null())
    .mutation(({ ctx, input }) => deleteApiKey(ctx.app, ctx.caller, input)),
})
