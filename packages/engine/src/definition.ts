import { z } from 'zod'
import type { Json, JsonObject } from './core/json.ts'
import type { ExecutionStatus } from './execution.ts'

export const LIMITS = {
  /** Nodes in one workflow, branches included. */
  maxNodes: 1_000,
  /** Of a node; of one that reaches the outside world its own limit counts, e.g. `maxResponseBytes`. */
  maxOutputBytes: 1_048_576,
  /** Inputs and outputs of all nodes of one execution. */
  maxJournalBytes: 67_108_864,
  /** Node runs of one synchronous execution. */
  maxSyncNodeRuns: 10_000,
  maxNodeRuns: 1_000_000,
  maxChainDepth: 16,
  /** Starts of the same node that ended in a crash before the run fails with reason `crashed`. */
  maxCrashStarts: 3,
} as const

const NODE_KEY = /^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u

/** What follows when a node has failed after its retries. */
export const onErrorSchema = z.enum(['fail', 'continue'])

export const retrySchema = z.strictObject({
  maxAttempts: z.int().min(1).max(20),
  delayMs: z.int().min(0).max(3_600_000).default(1_000),
  backoff: z.enum(['fixed', 'exponential']).default('exponential'),
})

export interface NodeDefinition {
  /** Unique in the workflow, stable across versions; other nodes read the output as `{{$nodes.<key>}}`. */
  key: string
  type: string
  title?: string
  note?: string
  config: JsonObject
  branches?: Record<string, NodeDefinition[]>
  onError?: z.infer<typeof onErrorSchema>
  retry?: z.input<typeof retrySchema>
  timeoutMs?: number
  disabled?: boolean
}

const jsonSchema: z.ZodType<Json> = z.json()
const configSchema = z.record(z.string(), jsonSchema) as z.ZodType<JsonObject>

export const nodeSchema: z.ZodType<NodeDefinition> = z.strictObject({
  key: z.string().regex(NODE_KEY, 'A node key starts with a letter and holds letters, digits, _ and - (64 at most).'),
  type: z.string().min(1).max(64),
  title: z.string().max(200).optional(),
  note: z.string().max(10_000).optional(),
  config: configSchema.default({}),
  get branches() {
    return z.record(z.string().min(1).max(64), z.array(nodeSchema)).optional()
  },
  onError: onErrorSchema.optional(),
  retry: retrySchema.optional(),
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
  disabled: z.boolean().optional(),
}) as z.ZodType<NodeDefinition>

const maxAtOnce = z.int().min(1).max(10_000)
const concurrencySchema = z.strictObject({
  max: maxAtOnce,
  /** Template, e.g. `{{$context.data.sku.id}}`: executions with the same value are counted together. */
  key: z.string().min(1).max(1_000).optional(),
  onExcess: z.enum(['queue', 'skip', 'cancelOldest']).default('queue'),
})

/** How long executions that ended in one way are kept; counted from their end. */
const keptSchema = z.strictObject({
  /** In place of the server's default. */
  maxAgeDays: z.int().min(1).max(3_650).optional(),
  /** Of those over it the oldest are deleted. */
  maxCount: z.int().min(0).max(10_000).optional(),
})

const retentionSchema = z.strictObject({
  succeeded: keptSchema.optional(),
  failed: keptSchema.optional(),
  canceled: keptSchema.optional(),
  skipped: keptSchema.optional(),
})

export const LOG_LEVELS = ['all', 'failures', 'none'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const optionsSchema = z.strictObject({
  timeoutMs: z.int().min(1).optional(),
  priority: z.int().min(-100).max(100).optional(),
  /** Most executions of this workflow that run at once; more stay queued. In the long form for each value of `key`, and with
   *  another answer to one too many: `skip` it, or `cancelOldest` to make room. */
  concurrency: z.union([maxAtOnce, concurrencySchema]).optional(),
  /** Most executions that start in any time of `perMs`; more stay queued. */
  rateLimit: z.strictObject({ max: z.int().min(1).max(100_000), perMs: z.int().min(1).max(86_400_000) }).optional(),
  runAs: z.enum(['system', 'user']).optional(),
  /** Template of a business key shown in lists, e.g. `{{$context.data.number}}`. */
  label: z.string().max(1_000).optional(),
  tags: z.array(z.string().max(64)).max(32).optional(),
  /** When executions that are over are deleted, by how they ended. */
  retention: retentionSchema.optional(),
  /** Of which executions the node runs (inputs, outputs, logs) are kept once they are over; `failures` are all that did not succeed. */
  logLevel: z.enum(LOG_LEVELS).optional(),
})
export type WorkflowOptions = z.infer<typeof optionsSchema>

export interface ConcurrencyLimit {
  max: number
  key?: string | undefined
  onExcess: 'queue' | 'skip' | 'cancelOldest'
}

/** The option `concurrency`, short or long, in its long form. */
export function concurrencyOf({ concurrency }: WorkflowOptions): ConcurrencyLimit | undefined {
  if (concurrency === undefined) return undefined
  return typeof concurrency === 'number' ? { max: concurrency, onExcess: 'queue' } : concurrency
}

/** Whether node runs are kept of an execution that ends so. Those of debug runs always are. */
export function keepsNodeRuns(
  logLevel: LogLevel | undefined,
  { status, debug }: { status: ExecutionStatus; debug: boolean },
): boolean {
  return debug || logLevel === undefined || logLevel === 'all' || (logLevel === 'failures' && status !== 'succeeded')
}

export const definitionSchema = z.strictObject({
  sync: z.boolean().default(false),
  trigger: z.strictObject({ type: z.string().min(1).max(64), config: configSchema.default({}) }),
  nodes: z.array(nodeSchema).default([]),
  options: optionsSchema.default({}),
})
/** A workflow as one portable JSON document: the draft, a version, and the file format. */
export type Definition = z.infer<typeof definitionSchema>

/** Visits every node, depth first in the order of running. `path` points into the definition, e.g. `nodes.0.branches.yes.1`. */
export function visitNodes(
  nodes: NodeDefinition[],
  visit: (node: NodeDefinition, path: string, parents: NodeDefinition[]) => void,
  path = 'nodes',
  parents: NodeDefinition[] = [],
): void {
  nodes.forEach((node, index) => {
    const at = `${path}.${index}`
    visit(node, at, parents)
    for (const [name, branch] of Object.entries(node.branches ?? {}))
      visitNodes(branch, visit, `${at}.branches.${name}`, [...parents, node])
  })
}
