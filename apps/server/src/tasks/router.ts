import { z } from 'zod'
import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { countTasks } from './count-tasks.ts'
import { decide, decideInput } from './decide.ts'
import { getTask } from './get-task.ts'
import { listTasks, listTasksInput } from './list-tasks.ts'
import { taskId, taskSchema } from './schemas.ts'

export const tasksRouter = router({
  list: procedure
    .input(listTasksInput)
    .output(pageOf(taskSchema))
    .query(({ ctx, input }) => listTasks(ctx.app, ctx.caller, input)),
  count: procedure.output(z.object({ pending: z.number() })).query(({ ctx }) => countTasks(ctx.app, ctx.caller)),
  get: procedure
    .input(taskId)
    .output(taskSchema)
    .query(({ ctx, input }) => getTask(ctx.app, ctx.caller, input)),
  decide: procedure
    .input(decideInput)
    .output(taskSchema)
    .mutation(({ ctx, input }) => decide(ctx.app, ctx.caller, input)),
})
