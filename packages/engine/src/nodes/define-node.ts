import type { z } from 'zod'
import type { Json, JsonObject } from '../core/json.ts'
import type { HttpReply, Resolution, TaskRequest } from '../execution.ts'
import type { TextEncoding } from '../expressions/index.ts'
import type { Actor, Ports, Transaction } from '../ports.ts'

export type NodeCategory = 'flow' | 'data' | 'values' | 'out' | 'code' | 'people' | 'waiting'

/** What running a node does to the world; decides when the journal is flushed.
 *  - `pure`: nothing; the result is buffered.
 *  - `read`: reads the database; buffered.
 *  - `write`: writes in the transaction that also records the node run: exactly once.
 *  - `external`: leaves the database; recorded as started before, at least once with a constant idempotency key. */
export type NodeEffect = 'pure' | 'read' | 'write' | 'external'

export interface NodeTraits {
  effect: NodeEffect
  /** Where that depends on the config, or on whether the run is sync. */
  effectOf?: (config: JsonObject, sync: boolean) => NodeEffect
  /** The config member that names the workflow it starts, and whether it waits for that one to be over: in a sync workflow it is then run
   *  here and now, so it has to be sync too. */
  calls?: (config: JsonObject) => { workflow: string; waits: boolean }
  /** May park the execution: refused in sync workflows. */
  waits?: boolean
  /** Only in sync workflows started by a webhook. */
  responds?: boolean
  /** Only in workflows that run before an action. */
  intercepts?: boolean
  /** Always ends the run: nodes after it in the same list are unreachable. */
  ends?: boolean
  /** Takes too long to keep a transaction open for: refused inside one. */
  slow?: boolean
  /** Holds code of its author: editing it takes a permission of its own. */
  code?: boolean
  /** After a crash in the middle: run it again, or fail as `uncertain`. May depend on the config. Default `retry`. */
  afterCrash?: (config: JsonObject) => 'retry' | 'fail'
}

/** What a node's run tells the loop. A node never acts on the engine. */
export type Outcome =
  | { kind: 'done'; output?: Json; branch?: string }
  | { kind: 'setVars'; vars: JsonObject; output?: Json }
  | { kind: 'setValues'; values: JsonObject }
  | { kind: 'message'; text: string }
  | {
      kind: 'wait'
      for:
        | { kind: 'timer'; durationMs: number }
        | { kind: 'timer'; untilAt: string }
        | { kind: 'task'; task: TaskRequest }
        | { kind: 'execution'; executionId: string }
    }
  | { kind: 'respond'; reply: HttpReply }
  | { kind: 'end'; status: 'success' | 'failure'; message?: string; output?: Json }

export interface NodeContext {
  ports: Ports
  /** The transaction to write in; set for nodes with effect `write`. */
  tx: Transaction | undefined
  executionId: string
  workflowKey: string
  nodeKey: string
  path: string
  /** From 1. */
  attempt: number
  depth: number
  /** The run is sync: its caller waits. */
  sync: boolean
  /** The run may start no other workflow. */
  debug: boolean
  actor: Actor
  /** Whom the run acts for, as its context tells it. */
  user: Json
  role: Json
  /** `<execution>-<node run path>`, the same in every attempt. */
  idempotencyKey: string
  /** Aborted at the node's or the run's deadline, on cancel and on shutdown. */
  signal: AbortSignal
  log(line: string): void
}

export interface NodeType<Config = unknown> {
  type: string
  title: string
  /** One sentence for the node menu. */
  summary: string
  category: NodeCategory
  /** Name of a Tabler icon, e.g. `git-branch`. */
  icon: string
  /** Parsed after the expressions are resolved. `.meta({ title, description, widget, strict, … })` feeds the form. */
  config: z.ZodType<Config>
  output?: z.ZodType
  traits: NodeTraits
  /** Names of the branches for a config, in order; absent: none. */
  branches?: (config: JsonObject) => { name: string; title: string }[]
  /** The builder names branches in the config, so the names are not the same for every node of the type. */
  namedBranches?: boolean
  /** Config members whose expressions must resolve: a missing value fails the node with `unresolved_reference`. */
  strict?: readonly string[]
  /** Paths of config members that hold one expression (`expression`, `cases.*.expression`); the `{{ }}` may be left out, see `prepareConfig`. */
  expressions?: readonly string[]
  /** Expressions that are evaluated over another member as their input document, e.g. `{ expression: 'source' }`. */
  over?: Readonly<Record<string, string>>
  /** Config members that are taken as they stand, without resolving expressions in them. */
  raw?: readonly string[]
  /** Config members whose text has a syntax of its own, for a config: what expressions put into it is encoded. */
  encode?: (config: JsonObject) => Record<string, TextEncoding>
  run(config: Config, context: NodeContext): Outcome | Promise<Outcome>
  /** Goes on after a wait of this node. */
  resume?(config: Config, resolution: Resolution, context: NodeContext): Outcome | Promise<Outcome>
}

/** Describes a node type once: validation, forms, variable picker, docs and SDK are derived from it. */
export function defineNode<Config>(type: NodeType<Config>): NodeType<Config> {
  return type
}

/** The transaction of a node with effect `write`. @throws TypeError when the loop gave none, a fault of the loop. */
export function transactionOf(context: NodeContext): Transaction {
  if (context.tx === undefined)
    throw new TypeError(`The node ${context.path} writes but was run without a transaction.`)
  return context.tx
}
