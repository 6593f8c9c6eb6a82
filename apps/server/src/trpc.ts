import { initTRPC } from '@trpc/server'
import type { App, Caller } from './context.ts'
import { type ErrorReply, maskReply, toErrorReply } from './http/errors.ts'

/** What is known of a request before it is known who sent it. */
export interface RequestInfo {
  requestId: string
  ip: string | null
  userAgent: string | null
}

export interface TrpcContext {
  app: App
  request: RequestInfo
  /** Who acts; the same promise at every call. @throws AppError unauthorized, forbidden */
  authenticate(): Promise<Caller>
  /** The token that the request came with, checked or not. */
  token: string | undefined
  /** The client came by https. */
  secure: boolean
  /** Headers of the reply, e.g. the session cookie. */
  replyHeaders: Headers
}

const t = initTRPC.context<TrpcContext>().create({
  isDev: false,
  errorFormatter: ({ shape, error, ctx }) => {
    const plain = toErrorReply(error)
    const reply = ctx ? maskReply(plain, ctx.app.secrets.current().masker) : plain
    return { code: shape.code, message: messageOf(reply), data: errorData(reply, ctx?.request.requestId ?? null) }
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
})

function messageOf(reply: ErrorReply): string {
  return reply.items.map((item) => item.message).join(' ')
}

/** `data` of a tRPC error: the REST body, with the status and the first item's code and path at hand. */
function errorData(reply: ErrorReply, requestId: string | null) {
  const [first] = reply.items
  return {
    code: first?.code ?? 'internal',
    path: first?.path ?? null,
    items: reply.items,
    details: reply.details,
    requestId,
    httpStatus: reply.status,
  }
}

export const { router, createCallerFactory } = t

/** For anyone, signed in or not. */
export const publicProcedure = t.procedure.use(({ ctx, type, next }) => {
  if (type === 'query') ctx.app.pace.callerServed('read')
  return next()
})

/** For a known principal: the context is `{ app, caller }`.
 *
 *  An output that is exactly `{ data, meta?, triggered? }` is the REST body as it stands; any other becomes its `data`. */
export const procedure = publicProcedure.use(async ({ ctx, next }) =>
  next({ ctx: { caller: await ctx.authenticate() } }),
)
