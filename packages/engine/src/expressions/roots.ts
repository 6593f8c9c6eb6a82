import type { Json, JsonObject } from '../core/json.ts'

export type LoopScope = { item: Json; index: number; length: number }

/** What expressions read. Every member is read only when an expression names it, so getters may compute. Values must be
 *  plain JSON; resolved values alias them, so neither side may change them. */
export interface Roots {
  readonly context?: JsonObject
  /** Outputs by node key. */
  readonly nodes?: Readonly<Record<string, Json>>
  readonly vars?: Readonly<Record<string, Json>>
  /** Enclosing loops by node key. */
  readonly scopes?: Readonly<Record<string, LoopScope>>
  /** The innermost loop's item and index. */
  readonly item?: Json
  readonly index?: number
  /** Parameters of the event. */
  readonly param?: Json
  readonly user?: Json
  readonly role?: Json
  readonly system?: { now: string; executionId: string; workflowKey: string }
  /** Workspace variables. */
  readonly env?: Readonly<Record<string, string>>
  /** Texts, and the objects of credentials. */
  readonly secrets?: Readonly<Record<string, Json>>
}

export type RootName = keyof Roots

export interface Root {
  name: RootName
  /** Where below the root an alias points, e.g. `$body` at `data` of `context`. */
  path: readonly string[]
}

const ROOTS = new Map<string, Root>([
  ['context', { name: 'context', path: [] }],
  ['body', { name: 'context', path: ['data'] }],
  ['headers', { name: 'context', path: ['headers'] }],
  ['query', { name: 'context', path: ['query'] }],
  ['params', { name: 'context', path: ['params'] }],
  ['nodes', { name: 'nodes', path: [] }],
  ['jobsMapByNodeKey', { name: 'nodes', path: [] }],
  ['vars', { name: 'vars', path: [] }],
  ['var', { name: 'vars', path: [] }],
  ['scopes', { name: 'scopes', path: [] }],
  ['item', { name: 'item', path: [] }],
  ['index', { name: 'index', path: [] }],
  ['param', { name: 'param', path: [] }],
  ['user', { name: 'user', path: [] }],
  ['role', { name: 'role', path: [] }],
  ['system', { name: 'system', path: [] }],
  ['env', { name: 'env', path: [] }],
  ['secrets', { name: 'secrets', path: [] }],
])

/** The names that may follow `$` in an expression, aliases included. */
export const ROOT_NAMES: readonly string[] = [...ROOTS.keys()]

export function findRoot(variable: string): Root | undefined {
  return ROOTS.get(variable)
}
