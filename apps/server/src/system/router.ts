import { procedure, router } from '../trpc.ts'
import { info, systemInfo } from './info.ts'

export const systemRouter = router({
  info: procedure.output(systemInfo).query(({ ctx }) => info(ctx.app, ctx.caller)),
})
