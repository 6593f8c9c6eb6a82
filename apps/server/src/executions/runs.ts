import type { AcceptedRequest, Refusal, Trx } from '@ensue/db'
import type { ExecutionStatus, HttpReply, Json, JsonObject, RunError } from '@ensue/engine'
import type { LiveWorkflow } from '../registry.ts'

/** One execution to be started. */
export interface Start {
  workflow: LiveWorkflow
  triggerType: string
  context: JsonObject
  depth?: number
  /** A run of a draft: starts no other workflow, and lists leave it out. */
  debug?: boolean
  /** The execution that caused this one. */
  parentId?: string | null
  rootId?: string | null
  /** A second start of the workflow with the same key returns the first execution. */
  idempotencyKey?: string
  /** Of a webhook: what came in. The execution takes its id, and a second one of the same idempotency key is reported as a duplicate. */
  delivery?: { id: string; request: AcceptedRequest; body: string }
  /** The event that starts it. */
  eventId?: string
  /** It must not run: the execution is only to say why. */
  refusal?: Refusal
  /** Runs when those of the workflow that were started before with the same key are over. */
  orderingKey?: string
}

export interface Started {
  executionId: string
  workflow: LiveWorkflow
  /** False when the idempotency key named an execution that exists, or the delivery is a duplicate (then `executionId` names none). */
  created: boolean
  /** It was refused: the execution only says why. */
  skipped?: Refusal
}

/** How an execution stands when its starter answers. */
export interface RunReport {
  executionId: string
  status: ExecutionStatus
  output?: Json
  response?: HttpReply
  messages: string[]
  /** What the action that it came before is to write. */
  values?: JsonObject
  error?: RunError
  reason?: string
  /** The delivery is a duplicate: there is no such execution. */
  duplicate?: true
}

/** Starts and runs executions; the only way there is. */
export interface Runs {
  /** Inserts queued executions in the caller's transaction: they exist when and only when it commits. Call `nudge` after,
   *  unless the transaction is one of `client.transaction`. */
  insert(trx: Trx, starts: Start[]): Promise<Started[]>
  /** Inserts one queued execution in a commit shared with other requests (durable when it resolves), and nudges. */
  enqueue(start: Start): Promise<Started>
  /** Tells the runners, after the commit, that there is work. */
  nudge(): void
  /** The same, when executions may have gone on or ended that others wait for behind a gate. */
  nudgeAll(): void
  /** Inserts executions in the caller's transaction as running here; to be passed to `runClaimed` after the commit. */
  insertClaimed(trx: Trx, starts: Start[]): Promise<Started[]>
  /** Runs an execution of `insertClaimed` in this process; after `deadlineMs` it answers `running` and the run goes on. */
  runClaimed(started: Started, context: JsonObject, deadlineMs: number): Promise<RunReport>
  /** Runs an execution that need not be durable before its first effect: rows are written together with the result. */
  runDirect(start: Start, deadlineMs: number): Promise<RunReport>
  /** How an execution stands. @throws AppError `unavailable` there is none */
  report(executionId: string): Promise<RunReport>
  /** Runs inside the caller's transaction; a failure is the caller's to roll back. */
  runInTransaction(trx: Trx, start: Start): Promise<RunReport>
}
