import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { emit, emitInput } from './emit.ts'
import { eventDetails, getEvent } from './get-event.ts'
import { listEvents, listEventsInput } from './list-events.ts'
import { replay, replayInput } from './replay.ts'
import { emittedEventSchema, emittedSchema, eventId } from './schemas.ts'

export const eventsRouter = router({
  emit: procedure
    .input(emitInput)
    .output(emittedSchema)
    .mutation(({ ctx, input }) => emit(ctx.app, ctx.caller, input)),
  list: procedure
    .input(listEventsInput)
    .output(pageOf(emittedEventSchema))
    .query(({ ctx, input }) => listEvents(ctx.app, ctx.caller, input)),
  get: procedure
    .input(eventId)
    .output(eventDetails)
    .query(({ ctx, input }) => getEvent(ctx.app, ctx.caller, input)),
  replay: procedure
    .input(replayInput)
    .output(emittedSchema)
    .mutation(({ ctx, input }) => replay(ctx.app, ctx.caller, input)),
})
