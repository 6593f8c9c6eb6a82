import { procedure, router } from '../trpc.ts'
import { auditPage, listAudit, listAuditInput } from './list-audit.ts'

export const auditRouter = router({
  list: procedure
    .input(listAuditInput)
    .output(auditPage)
    .query(({ ctx, input }) => listAudit(ctx.app, ctx.caller, input)),
})
