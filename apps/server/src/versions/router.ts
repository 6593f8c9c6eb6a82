import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { getVersion, getVersionInput, versionDetails } from './get-version.ts'
import { listVersions, listVersionsInput, versionSchema } from './list-versions.ts'

export const versionsRouter = router({
  list: procedure
    .input(listVersionsInput)
    .output(z.array(versionSchema))
    .query(({ ctx, input }) => listVersions(ctx.app, ctx.caller, input)),
  get: procedure
    .input(getVersionInput)
    .output(versionDetails)
    .query(({ ctx, input }) => getVersion(ctx.app, ctx.caller, input)),
})
