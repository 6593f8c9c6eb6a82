import { z } from 'zod'
import { eventName } from '../events/schemas.ts'
import { procedure, router } from '../trpc.ts'
import { deleteEventType } from './delete-event-type.ts'
import { getEventType } from './get-event-type.ts'
import { listEventTypes } from './list-event-types.ts'
import { eventTypeSchema } from './schemas.ts'
import { setEventType, setEventTypeInput } from './set-event-type.ts'

const byName = z.object({ name: eventName })

export const eventTypesRouter = router({
  list: procedure.output(z.array(eventTypeSchema)).query(({ ctx }) => listEventTypes(ctx.app, ctx.caller)),
  get: procedure
    .input(byName)
    .output(eventTypeSchema)
    .query(({ ctx, input }) => getEventType(ctx.app, ctx.caller, input)),
  set: procedure
    .input(setEventTypeInput)
    .output(eventTypeSchema)
    .mutation(({ ctx, input }) => setEventType(ctx.app, ctx.caller, input)),
  delete: procedure
    .input(byName)
    .output(z.null())
    .mutation(({ ctx, input }) => deleteEventType(ctx.app, ctx.caller, input)),
})
