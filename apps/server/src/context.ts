import type { DatabaseClient } from '@ensue/db'
import type { Ports } from '@ensue/engine'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Pace } from './executions/pace.ts'
import type { Runs } from './executions/runs.ts'
import type { Registry } from './registry.ts'
import type { SecretBox } from './secrets/secret-box.ts'
import type { DeliveryLog } from './webhooks/delivery-log.ts'

/** What one process is made of; built once by `createApp` in main.ts. */
export interface App {
  config: Config
  log: Logger
  client: DatabaseClient
  /** Cached collections, live workflows, roles and variables; refreshed by NOTIFY and checked by revision. */
  registry: Registry
  /** The secrets, decrypted in memory. */
  secrets: SecretBox
  /** Starts and runs executions. */
  runs: Runs
  /** The webhooks' deliveries that start nothing. */
  deliveries: DeliveryLog
  ports: Ports
  /** Who waits for an answer of this process holds back what nobody waits for. */
  pace: Pace
  /** Aborted when the process begins to stop: streams end then, for their readers to go on elsewhere. */
  stopping: AbortSignal
}

/** Who acts: a user or an API key, with the role in force. */
export interface Principal {
  kind: 'user' | 'apiKey' | 'system'
  /** Id of the user; null for API keys and the system. */
  userId: string | null
  email: string | null
  /** All roles the principal may take. */
  roles: string[]
  /** The role in force (`X-Role`, else the first). */
  role: string
}

/** One request as verbs see it. Every verb is `verb(app, caller, input)`. */
export interface Caller {
  principal: Principal
  requestId: string
  ip: string | null
  userAgent: string | null
}
