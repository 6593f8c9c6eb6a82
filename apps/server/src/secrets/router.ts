import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { deleteSecret } from './delete-secret.ts'
import { listSecrets } from './list-secrets.ts'
import { secretName, secretSchema } from './schemas.ts'
import { setSecret, setSecretInput, setSecretOutput } from './set-secret.ts'

export const secretsRouter = router({
  list: procedure.output(z.array(secretSchema)).query(({ ctx }) => listSecrets(ctx.app, ctx.caller)),
  set: procedure
    .input(setSecretInput)
    .output(setSecretOutput)
    .mutation(({ ctx, input }) => setSecret(ctx.app, ctx.caller, input)),
  delete: procedure
    .input(z.object({ name: secretName }))
    .output(z.null())
    .mutation(({ ctx, input }) => deleteSecret(ctx.app, ctx.caller, input)),
})
