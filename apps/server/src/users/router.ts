import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { createUser, createUserInput } from './create-user.ts'
import { listUsers } from './list-users.ts'
import { userSchema } from './schemas.ts'
import { updateUser, updateUserInput } from './update-user.ts'

export const usersRouter = router({
  list: procedure.output(z.array(userSchema)).query(({ ctx }) => listUsers(ctx.app, ctx.caller)),
  create: procedure
    .input(createUserInput)
    .output(userSchema)
    .mutation(({ ctx, input }) => createUser(ctx.app, ctx.caller, input)),
  update: procedure
    .input(updateUserInput)
    .output(userSchema)
    .mutation(({ ctx, input }) => updateUser(ctx.app, ctx.caller, input)),
})
