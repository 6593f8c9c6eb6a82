import { z } from 'zod'
import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { listSchedules, scheduleSchema } from './list-schedules.ts'
import { previewSchedule, previewScheduleInput, schedulePreview } from './preview-schedule.ts'
import { runScheduleNow, runScheduleNowInput, scheduleRun } from './run-schedule-now.ts'

export const schedulesRouter = router({
  list: procedure
    .input(z.object({}).optional())
    .output(pageOf(scheduleSchema))
    .query(({ ctx }) => listSchedules(ctx.app, ctx.caller)),
  preview: procedure
    .input(previewScheduleInput)
    .output(schedulePreview)
    .query(({ ctx, input }) => previewSchedule(ctx.app, ctx.caller, input)),
  runNow: procedure
    .input(runScheduleNowInput)
    .output(scheduleRun)
    .mutation(({ ctx, input }) => runScheduleNow(ctx.app, ctx.caller, input)),
})
