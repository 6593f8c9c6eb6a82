import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { cancelExecution } from './cancel-execution.ts'
import { executionId, getExecution } from './get-execution.ts'
import { listExecutions, listExecutionsInput } from './list-executions.ts'
import { retryExecution, retryExecutionInput } from './retry-execution.ts'
import { executionListItem, executionSchema } from './schemas.ts'
import { watchExecution } from './watch-execution.ts'

export const executionsRouter = router({
  list: procedure
    .input(listExecutionsInput)
    .output(pageOf(executionListItem))
    .query(({ ctx, input }) => listExecutions(ctx.app, ctx.caller, input)),
  get: procedure
    .input(executionId)
    .output(executionSchema)
    .query(({ ctx, input }) => getExecution(ctx.app, ctx.caller, input)),
  cancel: procedure
    .input(executionId)
    .output(executionSchema)
    .mutation(({ ctx, input }) => cancelExecution(ctx.app, ctx.caller, input)),
  retry: procedure
    .input(retryExecutionInput)
    .output(executionSchema)
    .mutation(({ ctx, input }) => retryExecution(ctx.app, ctx.caller, input)),
  /** The execution now, and again whenever it has changed, until it is over. */
  watch: procedure
    .input(executionId)
    .subscription(({ ctx, input, signal }) => watchExecution(ctx.app, ctx.caller, input, signal)),
})
