import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { emit, emitInput, emitOutput } from './emit.ts'
import { eventSchema, listEvents, listEventsInput } from './list-events.ts'

export const eventsRouter = router({
  emit: procedure
    .input(emitInput)
    .output(emitOutput)
    .mutation(({ ctx, input }) => emit(ctx.app, ctx.caller, input)),
  list: procedure
    .input(listEventsInput)
    .output(pageOf(eventSchema))
    .query(({ ctx, input }) => listEvents(ctx.app, ctx.caller, input)),
})
