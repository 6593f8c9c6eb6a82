import type { ExecutionStatus, HttpReply, Json, JsonObject, NodeRun, Resolution, RunError } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'
import type { AcceptedRequest } from './webhook.ts'

export interface ExecutionTable {
  id: string
  workflowId: string
  versionId: string
  status: ExecutionStatus
  reason: string | null
  triggerType: string
  sync: boolean
  debug: Generated<boolean>
  priority: Generated<number>
  epoch: Generated<number>
  runnerId: string | null
  crashStarts: Generated<number>
  depth: Generated<number>
  parentId: string | null
  rootId: string | null
  context: JSONColumnType<JsonObject>
  request: JSONColumnType<AcceptedRequest & object> | null
  body: Buffer | null
  journal: JSONColumnType<NodeRun[]> | null
  label: string | null
  error: JSONColumnType<RunError> | null
  output: JSONColumnType<{ value: Json }> | null
  response: JSONColumnType<HttpReply & object> | null
  messages: JSONColumnType<string[]> | null
  idempotencyKey: string | null
  queuedAt: Generated<string>
  startedAt: string | null
  finishedAt: string | null
  gate: 'order' | 'limit' | null
  orderingKey: string | null
  orderingSeq: number | null
  limitKey: string | null
  admittedAt: string | null
  /** The event that started it. */
  eventId: string | null
}

export interface JournalTable {
  executionId: string
  epoch: number
  seq: number
  entries: JSONColumnType<NodeRun[]>
}

export interface WaitTable {
  executionId: string
  path: string
  kind: 'timer' | 'task' | 'execution'
  wakeAt: string | null
  /** The execution that must be over. */
  awaitedId: string | null
  resolution: JSONColumnType<Resolution> | null
  createdAt: Generated<string>
  resolvedAt: string | null
}

export interface TaskTable {
  id: string
  executionId: string
  path: string
  node: string
  title: string
  description: string | null
  users: string[]
  roles: string[]
  form: JSONColumnType<JsonObject> | null
  decisions: JSONColumnType<{ name: string; label: string }[]>
  status: Generated<'pending' | 'done' | 'expired' | 'canceled'>
  dueAt: string | null
  decision: string | null
  values: JSONColumnType<JsonObject> | null
  comment: string | null
  decidedBy: string | null
  decidedAt: string | null
  createdAt: Generated<string>
}

export interface RunnerTable {
  id: string
  lockKey: string
  workerPoolId: string | null
  role: string
  host: string
  pid: number
  startedAt: Generated<string>
  heartbeatAt: Generated<string>
}
