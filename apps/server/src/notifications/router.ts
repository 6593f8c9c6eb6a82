import { z } from 'zod'
import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { countNotifications } from './count-notifications.ts'
import { listNotifications, listNotificationsInput } from './list-notifications.ts'
import { markRead, markReadInput } from './mark-read.ts'
import { notificationSchema } from './schemas.ts'

export const notificationsRouter = router({
  list: procedure
    .input(listNotificationsInput)
    .output(pageOf(notificationSchema))
    .query(({ ctx, input }) => listNotifications(ctx.app, ctx.caller, input)),
  count: procedure.output(z.object({ unread: z.int() })).query(({ ctx }) => countNotifications(ctx.app, ctx.caller)),
  markRead: procedure
    .input(markReadInput)
    .output(z.null())
    .mutation(({ ctx, input }) => markRead(ctx.app, ctx.caller, input)),
})
