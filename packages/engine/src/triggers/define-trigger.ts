import type { z } from 'zod'
import type { JsonObject } from '../core/json.ts'

/** Something happened: every source of executions builds one of these and hands it to `dispatch`. */
export interface Occurrence {
  /** The trigger type it may start. */
  type: string
  /** The indexed key, e.g. `orders` (a collection) or `sku_reorder` (an event name). */
  subject: string
  /** What the trigger's `matches` looks at, e.g. the action name. */
  facts: JsonObject
}

export interface TriggerType<Config = unknown> {
  type: string
  title: string
  summary: string
  /** Name of a Tabler icon. */
  icon: string
  config: z.ZodType<Config>
  /** Members that hold one expression and members that are taken as they stand, as for node types. */
  expressions?: readonly string[]
  raw?: readonly string[]
  /** May the workflow be sync? */
  sync: 'never' | 'optional' | 'always'
  /** Does the run take place in the transaction of what triggers it? Then nothing in it waits or leaves the database. */
  transactional?(config: JsonObject): boolean
  /** Runs before the action, whose values it may change. */
  intercepts?: boolean
  /** The subjects an occurrence must name to reach this trigger; `*` for all. Triggers that are addressed one at a time use the workflow's key. */
  subjects(config: Config, workflowKey: string): string[]
  /** Does the trigger fire for an occurrence of one of its subjects? Without: always. */
  matches?(config: Config, occurrence: Occurrence): boolean
  /** What `$context` holds, for the variable picker: name → sentence. */
  variables: Record<string, string>
  /** JSON Schema of a variable where the config tells it; the others are untyped. `collection` points at a collection's record. */
  variableTypes?(config: Config): Record<string, VariableType>
  /** Short names beside `$context.<name>`, e.g. `$param` → `params`. */
  aliases?: Record<string, string>
}

/** The type of a variable for pickers and generated types: a record (or list of records) of a collection, or a JSON Schema. */
export type VariableType =
  | { kind: 'record' | 'records'; collection: string; appends: string[] }
  | { kind: 'schema'; schema: JsonObject }

export function defineTrigger<Config>(type: TriggerType<Config>): TriggerType<Config> {
  return type
}
