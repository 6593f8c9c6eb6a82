import type { NodeError } from './core/errors.ts'
import type { Json, JsonObject } from './core/json.ts'
import type { SmtpCredential } from './credentials.ts'
import type { AwaitedEnd, NodeRun, RunResult, Wait } from './execution.ts'
import type { OpenSecrets } from './open-secrets.ts'

declare const transaction: unique symbol
/** A database transaction of the store that made it; opaque to the engine. */
export interface Transaction {
  readonly [transaction]?: never
}

/** One claimed execution. Every write is conditional on the claim's epoch.
 *  @throws FenceError when the claim was lost: stop at once, another runner has the execution. */
export interface ExecutionSession {
  /** Writes journal entries; resolves after the commit. */
  append(entries: NodeRun[]): Promise<void>
  /** Runs `work` in one transaction with the journal: `before` and what `work` returns as `entries` commit with its writes, and with
   *  `wait` the execution is parked. */
  transact(before: NodeRun[], work: (tx: Transaction) => Promise<{ entries: NodeRun[]; wait?: Wait }>): Promise<void>
  /** Writes the entries and parks the execution until the wait is resolved. */
  wait(entries: NodeRun[], wait: Wait): Promise<void>
  /** Ends the execution. Without entries no node runs are kept of it, those journaled before included. */
  finish(entries: NodeRun[] | null, result: RunResult): Promise<void>
}

/** The claim of an execution was taken over. */
export class FenceError extends Error {
  override name = 'FenceError'
}

/** Who a node acts as. `system` has all rights. */
export interface Actor {
  kind: 'system' | 'user'
  userId: string | null
  role: string | null
  /** The execution that acts, for the chain of causation. */
  execution?: { id: string; depth: number; debug?: boolean }
}

export interface RecordQuery {
  filter?: Json
  sort?: string[]
  fields?: string[]
  appends?: string[]
  page?: number
  pageSize?: number
}

/** Collections as nodes see them. Writes take the transaction of `ExecutionSession.transact`. */
export interface Records {
  create(tx: Transaction, collection: string, values: JsonObject | JsonObject[], actor: Actor): Promise<Json>
  update(
    tx: Transaction,
    collection: string,
    target: { id?: Json; filter?: Json },
    values: JsonObject,
    actor: Actor,
  ): Promise<JsonObject[]>
  delete(tx: Transaction, collection: string, target: { id?: Json; filter?: Json }, actor: Actor): Promise<JsonObject[]>
  query(collection: string, query: RecordQuery, actor: Actor): Promise<{ rows: JsonObject[]; total: number }>
}

export interface HttpRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string | Uint8Array
  /** From the start to the last byte of the answer, redirects included. */
  timeoutMs: number
  /** To the first byte of the answer; `timeoutMs` when absent. */
  firstByteTimeoutMs?: number
  /** Of the body of the response, inflated and not. */
  maxBytes: number
  /** Up to three; another origin gets neither headers nor body. Otherwise a redirect is an answer. */
  followRedirects?: boolean
  /** Signs it as a webhook after Standard Webhooks, at the time of sending. `id` is the same in every attempt. */
  sign?: { id: string; secret: string }
}
export interface HttpResponse {
  status: number
  headers: Record<string, string>
  /** The bytes of the body, inflated. */
  body: Uint8Array
}
export interface HttpClient {
  /** @throws NodeError `egress_refused`, `http_failed`, `http_timeout`, `http_too_large`, `http_bad_encoding`, `http_bad_redirect` */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>
}

export interface EventToEmit {
  name: string
  params: JsonObject
  /** The emitting execution and node run: makes the emission idempotent and keeps the chain of causation. */
  source: { executionId: string; path: string; depth: number; debug: boolean }
  delayMs?: number
  orderingKey?: string
}
export interface Events {
  /** Stores the event and starts its listeners in the transaction. */
  emit(tx: Transaction, event: EventToEmit): Promise<{ id: string; executionIds: string[] }>
}

/** A start of one workflow by another. */
export interface WorkflowCall {
  /** The key of a workflow with the trigger `call`. */
  workflow: string
  input: Json
  /** The calling node run; each attempt of it is a call of its own. */
  source: { executionId: string; path: string; attempt: number; depth: number; debug: boolean }
  user: Json
  role: Json
}
export interface Workflows {
  /** Queues an execution in the transaction. @throws AppError trigger_invalid, schema_invalid · NodeError `sub_workflow_skipped` */
  start(tx: Transaction, call: WorkflowCall): Promise<{ executionId: string }>
  /** Runs one here and now. @throws as `start` */
  run(call: WorkflowCall): Promise<AwaitedEnd>
}

export interface MailAddress {
  name?: string
  address: string
}
export interface Mail {
  /** With the angle brackets. */
  messageId: string
  from: MailAddress
  to: MailAddress[]
  cc: MailAddress[]
  bcc: MailAddress[]
  replyTo: MailAddress[]
  subject: string
  text?: string
  html?: string
  attachments: { name: string; type?: string; content: { text: string } | { base64: string } }[]
}
export interface Mailer {
  /** Hands a message to a mail server. The addresses that it took and refused; at least one was taken.
   *  @throws NodeError `email_rejected`, `email_failed`, `email_timeout` */
  send(server: SmtpCredential, mail: Mail, signal: AbortSignal): Promise<{ accepted: string[]; rejected: string[] }>
}

export interface Notification {
  /** Ids and e-mail addresses. */
  users: string[]
  roles: string[]
  title?: string
  text: string
  link?: string
  executionId: string
}
export interface Notifications {
  /** Tells each user once, when the transaction commits; answers how many. */
  send(tx: Transaction, notification: Notification): Promise<number>
}

export interface SandboxOptions {
  /** Ends the run, also while it waits for its turn. */
  signal?: AbortSignal
  /** Whose run it is, e.g. a workflow's key: owners take turns where there is a queue. */
  owner?: string
}

export interface CodeRun {
  /** Body of an async function. */
  code: string
  /** Its variables by name, and the members of its variable `inputs`. */
  inputs: JsonObject
  /** Of running; time in the queue does not count. */
  timeoutMs: number
}

export interface CodeResult {
  /** What the code returned; `null` when it returned nothing. Absent when there is an `error`. */
  output?: Json
  /** `code_failed`, `code_timeout`, `code_memory`, `code_output_too_large`, `code_inputs_too_large`, `sandbox_…` */
  error?: NodeError
  /** What the code wrote to its console, also when it failed. */
  log: string[]
}

/** Runs what authors wrote where it can be killed and has no access to anything. */
export interface Sandbox {
  /** Evaluates JSONata; `bindings` are its variables, `bindings.$` is the input document, if any. Undefined: no value.
   *  @throws NodeError `expression_failed`, `expression_limit`, `sandbox_…`; the signal's reason */
  evaluate(source: string, bindings: JsonObject, options?: SandboxOptions): Promise<Json | undefined>
  /** Runs JavaScript. What the code does wrong is in the result. @throws the signal's reason */
  run(run: CodeRun, options?: SandboxOptions): Promise<CodeResult>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after the time, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The outside world of the engine. */
export interface Ports {
  records: Records
  http: HttpClient
  events: Events
  workflows: Workflows
  mailer: Mailer
  notifications: Notifications
  clock: Clock
  sandbox?: Sandbox
  /** Workspace variables, read as `{{$env.NAME}}`. */
  env(): Record<string, string>
  /** The secrets as they are now: texts, credentials, and what masks them. */
  secrets(): OpenSecrets
}
