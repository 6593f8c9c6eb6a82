import type { Migration } from 'kysely/migration'
import { up as init } from './20261121-init.ts'
import { up as change } from './20261122-change.ts'
import { up as codePermission } from './20261122-code-permission.ts'
import { up as debug } from './20261122-debug.ts'
import { up as delivery } from './20261122-delivery.ts'
import { up as eventType } from './20261122-event-type.ts'
import { up as gate } from './20261122-gate.ts'
import { up as notifications } from './20261122-notifications.ts'
import { up as schedules } from './20261122-schedules.ts'
import { up as secrets } from './20261122-secrets.ts'
import { up as captureCost } from './20261123-capture-cost.ts'
import { up as executionRetention } from './20261123-execution-retention.ts'
import { up as executionStatus } from './20261123-execution-status.ts'
import { up as awaitedExecution } from './20261123-wait-awaited.ts'
import { up as writtenCall } from './20261123-written-call.ts'

/** In order. A released migration is never edited: add another. */
export const migrations: Record<string, Migration> = {
  '20261121-init': { up: init },
  '20261122-secrets': { up: secrets },
  '20261122-debug': { up: debug },
  '20261122-delivery': { up: delivery },
  '20261122-change': { up: change },
  '20261122-gate': { up: gate },
  '20261122-schedules': { up: schedules },
  '20261122-notifications': { up: notifications },
  '20261122-code-permission': { up: codePermission },
  '20261122-event-type': { up: eventType },
  '20261123-capture-cost': { up: captureCost },
  '20261123-execution-status': { up: executionStatus },
  '20261123-wait-awaited': { up: awaitedExecution },
  '20261123-written-call': { up: writtenCall },
  '20261123-execution-retention': { up: executionRetention },
}
