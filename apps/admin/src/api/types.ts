// The shapes that the screens work with, as they are on the wire.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** The part of JSON Schema that forms and pickers read, with the `meta` members of the node catalog. */
export interface Schema {
  type?: string | string[]
  title?: string
  description?: string
  default?: Json
  enum?: Json[]
  const?: Json
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema | boolean
  additionalProperties?: Schema | boolean
  oneOf?: Schema[]
  anyOf?: Schema[]
  allOf?: Schema[]
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  widget?: string
  /** Of a control that offers workflows: any of them, and more than one. */
  multiple?: boolean
  placeholder?: string
  /** Types of the fields that a control for a field's name offers. */
  fieldTypes?: string[]
  /** A duration that may also go back. */
  signed?: boolean
  record?: boolean
  /** `trigger`: the fields are those of the trigger's collection. */
  of?: string
  secret?: boolean
  /** Of a credential: the kind of the secret. */
  secretKind?: string
  writeOnly?: boolean
  /** The part of the form that the member belongs to, when it is not for every day. */
  group?: string
  visibleWhen?: Record<string, Json>
  /** The members in the order in which a form shows them; the database keeps none. */
  'x-order'?: string[]
}

export interface NodeDefinition {
  key: string
  type: string
  title?: string
  note?: string
  config: JsonObject
  branches?: Record<string, NodeDefinition[]>
  onError?: 'fail' | 'continue'
  retry?: { maxAttempts: number; delayMs: number; backoff: 'fixed' | 'exponential' }
  timeoutMs?: number
  disabled?: boolean
}

export interface Concurrency {
  max: number
  /** Template: executions with the same value are counted together. */
  key?: string
  onExcess?: 'queue' | 'skip' | 'cancelOldest'
}

export interface Kept {
  maxAgeDays?: number | undefined
  maxCount?: number | undefined
}

export type Retention = Partial<Record<'succeeded' | 'failed' | 'canceled' | 'skipped', Kept>>

export interface Definition {
  sync: boolean
  trigger: { type: string; config: JsonObject }
  nodes: NodeDefinition[]
  options: {
    timeoutMs?: number
    priority?: number
    concurrency?: number | Concurrency
    rateLimit?: { max: number; perMs: number }
    runAs?: 'system' | 'user'
    label?: string
    tags?: string[]
    retention?: Retention
    logLevel?: 'all' | 'failures' | 'none'
  }
}

export interface BranchInfo {
  name: string
  title: string
}

export interface NodeTypeInfo {
  type: string
  title: string
  summary: string
  category: string
  icon: string
  configSchema: Schema
  outputSchema?: Schema
  branches?: BranchInfo[]
  /** Members of the config that are one expression without braces. */
  expressions?: string[]
  traits: { effect?: string; waits?: boolean; responds?: boolean; ends?: boolean }
}

export interface TriggerTypeInfo {
  type: string
  title: string
  summary: string
  icon: string
  configSchema: Schema
  variables: Record<string, string>
  aliases?: Record<string, string>
  sync: 'never' | 'optional' | 'always'
}

export interface Catalog {
  nodes: NodeTypeInfo[]
  triggers: TriggerTypeInfo[]
}

export interface Problem {
  path: string
  code: string
  message: string
}

export interface WorkflowSummary {
  id: string
  key: string
  title: string
  description?: string | null
  enabled: boolean
  liveVersion: number | null
  trigger: { type: string }
  sync: boolean
  tags: string[]
  updatedAt: string
  hasDraftChanges: boolean
  lastRun?: { id: string; status: ExecutionStatus; queuedAt: string } | null
}

export interface WorkflowVersion {
  number: number
  note: string | null
  createdAt: string
  createdBy: string | null
  live: boolean
}

export interface Workflow extends WorkflowSummary {
  draft: Definition
  problems: Problem[]
  webhookPath: string | null
}

export type ExecutionStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'canceled' | 'skipped'

export interface RunError {
  code: string
  message: string
  node?: string
  path?: string
}

export interface NodeRun {
  id?: string
  path: string
  node: string
  type: string
  status: 'started' | 'waiting' | 'succeeded' | 'failed' | 'skipped'
  attempt: number
  input?: Json
  output?: Json
  branch?: string
  error?: RunError | null
  log?: string[] | null
  startedAt: string
  finishedAt?: string | null
}

export interface ExecutionSummary {
  id: string
  /** Null when the workflow was deleted. */
  workflow: string | null
  workflowTitle: string | null
  version: number | null
  status: ExecutionStatus
  debug?: boolean
  reason?: string | null
  trigger?: string
  label?: string | null
  error?: RunError | null
  /** What started it, or of which it is a retry: then both have the same depth. */
  parentId?: string | null
  depth?: number
  queuedAt: string
  startedAt?: string | null
  finishedAt?: string | null
}

export interface Execution extends ExecutionSummary {
  context: Json
  output?: Json
  response?: Json
  messages?: string[]
  /** Of a debug run: the draft that ran. */
  definition?: Definition | null
  nodeRuns: NodeRun[]
  /** False: it is over, and its workflow keeps none of what its nodes got and gave. */
  nodeRunsKept: boolean
}

export interface Task {
  id: string
  title: string
  description?: string | null
  executionId: string
  workflow?: string
  node: string
  assignees?: { users?: string[]; roles?: string[] }
  form?: Schema | null
  decisions: { name: string; label: string }[]
  dueAt?: string | null
  status: 'pending' | 'done' | 'expired' | 'canceled'
  createdAt?: string
  decidedAt?: string | null
  decision?: string | null
  comment?: string | null
  values?: JsonObject | null
}

export interface Field {
  name: string
  type: string
  title?: string
  required?: boolean
  unique?: boolean
  hidden?: boolean
  default?: Json
  values?: string[]
  target?: string
  through?: string
  foreignKey?: string
}

export interface Collection {
  name: string
  title: string | null
  idType?: string
  fields: Field[]
}

export type RecordRow = JsonObject & { id: string | number }

export interface Triggered {
  workflow: string
  executionId: string | null
  status: ExecutionStatus
  output?: Json
  message?: string
  error?: RunError
}

export interface Binding {
  workflow: string
  association?: string
}

export interface ViewButton {
  title?: string
  bindings: Binding[]
}

export type ButtonName = 'create' | 'update'

export interface ViewConfig {
  columns?: string[]
  buttons: Partial<Record<ButtonName, ViewButton>>
}
