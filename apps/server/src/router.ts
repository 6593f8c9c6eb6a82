import { apiKeysRouter } from './api-keys/router.ts'
import { auditRouter } from './audit/router.ts'
import { authRouter } from './auth/router.ts'
import { collectionsRouter } from './collections/router.ts'
import { recordsRouter } from './records/router.ts'
import { rolesRouter } from './roles/router.ts'
import { systemRouter } from './system/router.ts'
import { router } from './trpc.ts'
import { usersRouter } from './users/router.ts'
import { variablesRouter } from './variables/router.ts'
import { viewsRouter } from './views/router.ts'

/** The whole API: one router per noun. `/trpc` serves it, and `/api/<noun>:<verb>` is derived from it. */
export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  auth: authRouter,
  collections: collectionsRouter,
  records: recordsRouter,
  roles: rolesRouter,
  system: systemRouter,
  users: usersRouter,
  variables: variablesRouter,
  views: viewsRouter,
})

export type AppRouter = typeof appRouter
