import { z } from 'zod'
import { clearSessionCookie, sessionCookie } from '../http/session-cookie.ts'
import { procedure, publicProcedure, router } from '../trpc.ts'
import { me, meOutput } from './me.ts'
import { signedIn, signIn, signInInput } from './sign-in.ts'
import { signOut } from './sign-out.ts'

export const authRouter = router({
  signIn: publicProcedure
    .input(signInInput)
    .output(signedIn)
    .mutation(async ({ ctx, input }) => {
      const session = await signIn(ctx.app, ctx.request, input)
      if (input.cookie) ctx.replyHeaders.append('set-cookie', sessionCookie(session.token, ctx.secure))
      return session
    }),
  signOut: procedure.output(z.null()).mutation(({ ctx }) => {
    ctx.replyHeaders.append('set-cookie', clearSessionCookie(ctx.secure))
    return signOut(ctx.app, ctx.caller, { token: ctx.token ?? '' })
  }),
  me: procedure.output(meOutput).query(({ ctx }) => me(ctx.app, ctx.caller)),
})
