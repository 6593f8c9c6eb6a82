import { apiKeysRouter } from './api-keys/router.ts'
import { auditRouter } from './audit/router.ts'
import { authRouter } from './auth/router.ts'
import { collectionsRouter } from './collections/router.ts'
import { eventTypesRouter } from './event-types/router.ts'
import { eventsRouter } from './events/router.ts'
import { executionsRouter } from './executions/router.ts'
import { nodesRouter } from './nodes/router.ts'
import { notificationsRouter } from './notifications/router.ts'
import { recordsRouter } from './records/router.ts'
import { rolesRouter } from './roles/router.ts'
import { schedulesRouter } from './schedules/router.ts'
import { secretsRouter } from './secrets/router.ts'
import { systemRouter } from './system/router.ts'
import { tasksRouter } from './tasks/router.ts'
import { router } from './trpc.ts'
import { usersRouter } from './users/router.ts'
import { variablesRouter } from './variables/router.ts'
import { versionsRouter } from './versions/router.ts'
import { viewsRouter } from './views/router.ts'
import { webhooksRouter } from './webhooks/router.ts'
import { workflowsRouter } from './workflows/router.ts'

/** The whole API: one router per noun. `/trpc` serves it, and `/api/<noun>:<verb>` is derived from it. */
export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  auth: authRouter,
  collections: collectionsRouter,
  events: eventsRouter,
  eventTypes: eventTypesRouter,
  executions: executionsRouter,
  nodes: nodesRouter,
  notifications: notificationsRouter,
  records: recordsRouter,
  roles: rolesRouter,
  schedules: schedulesRouter,
  secrets: secretsRouter,
  system: systemRouter,
  tasks: tasksRouter,
  users: usersRouter,
  variables: variablesRouter,
  versions: versionsRouter,
  views: viewsRouter,
  webhooks: webhooksRouter,
  workflows: workflowsRouter,
})

export type AppRouter = typeof appRouter
