import type { Json, JsonObject } from './core/json.ts'

export const EXECUTION_STATUSES = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'canceled',
  'skipped',
] as const
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number]
export const FINAL_STATUSES: readonly ExecutionStatus[] = ['succeeded', 'failed', 'canceled', 'skipped']

export const NODE_RUN_STATUSES = ['started', 'waiting', 'succeeded', 'failed', 'skipped'] as const
export type NodeRunStatus = (typeof NODE_RUN_STATUSES)[number]

export interface RunError {
  code: string
  message: string
  /** Key of the node that failed. */
  node?: string
  path?: string
}

/** One entry of the journal: what is known of one run of one node. A later entry of the same path replaces an earlier one. */
export interface NodeRun {
  /** Position in the run: the node's key, prefixed by the loop iterations around it, e.g. `each[3].pay`. Unique in the execution. */
  path: string
  node: string
  type: string
  status: NodeRunStatus
  attempt: number
  input?: Json
  output?: Json
  /** The branch that was taken. */
  branch?: string
  error?: RunError
  log?: string[]
  /** The output was merged into `$vars` or the action's values, or is a message for the caller; so again when the journal is read. */
  sets?: 'vars' | 'values' | 'message'
  startedAt: string
  finishedAt?: string
}

/** What a sync webhook answers. `body` is a string as is, JSON otherwise. */
export interface HttpReply {
  status: number
  headers: Record<string, string>
  body: Json
  /** The body string is base64 of bytes. */
  base64?: boolean
}

/** How a run came to its end. */
export interface RunResult {
  status: 'succeeded' | 'failed' | 'canceled'
  reason?: string
  error?: RunError
  output?: Json
  response?: HttpReply
  /** Texts of the message nodes, for the caller of a sync action. */
  messages: string[]
  /** What the action that the run comes before is to write in place of the values as sent. */
  values?: JsonObject
}

/** What an execution waits for; kept in a row, holds no memory and no job. */
export type Wait =
  | { kind: 'timer'; path: string; durationMs: number }
  | { kind: 'timer'; path: string; untilAt: string }
  | { kind: 'task'; path: string; task: TaskRequest }
  /** For another execution to be over; with a duration, no longer than that. */
  | { kind: 'execution'; path: string; executionId: string; durationMs?: number }

export interface TaskRequest {
  node: string
  title: string
  description?: string
  /** User ids and e-mail addresses. */
  users: string[]
  roles: string[]
  /** JSON Schema of the values to fill in. */
  form?: JsonObject
  decisions: { name: string; label: string }[]
  dueInMs?: number
}

/** How an execution that was waited for has ended. */
export interface AwaitedEnd {
  executionId: string
  status: ExecutionStatus
  output?: Json
  error?: RunError
}

/** What ended a wait: `timer` without a value, the decision on a task, or the `AwaitedEnd` of an execution. */
export interface Resolution {
  path: string
  kind: 'fired' | 'decided' | 'expired' | 'ended'
  value: Json
}

/** What the loop needs to know of an execution to run it. */
export interface ExecutionInfo {
  id: string
  workflowKey: string
  context: JsonObject
  sync: boolean
  /** A run of a draft by its builder: starts no other workflow. */
  debug: boolean
  /** Depth in the chain of causation. */
  depth: number
  queuedAt: string
}
