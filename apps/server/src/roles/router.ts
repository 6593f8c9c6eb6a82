import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { getRole } from './get-role.ts'
import { listRoles } from './list-roles.ts'
import { roleSchema } from './schemas.ts'
import { setRole, setRoleInput } from './set-role.ts'

export const rolesRouter = router({
  list: procedure.output(z.array(roleSchema)).query(({ ctx }) => listRoles(ctx.app, ctx.caller)),
  get: procedure
    .input(z.object({ name: z.string() }))
    .output(roleSchema)
    .query(({ ctx, input }) => getRole(ctx.app, ctx.caller, input)),
  set: procedure
    .input(setRoleInput)
    .output(roleSchema)
    .mutation(({ ctx, input }) => setRole(ctx.app, ctx.caller, input)),
})
