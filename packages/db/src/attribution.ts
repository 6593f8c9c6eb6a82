import type { CompiledQuery } from 'kysely'
import { prepared } from './prepared.ts'
import type { ChangeActor } from './tables/change.ts'

/** What the capture of changes reads; local to the transaction. */
export const SET_ACTOR = prepared(`select set_config('ensue.actor', $1, true)`)

/** A `ChangeActor` as the text that goes with statements: made once for all statements of a write. */
export type Attribution = string & { readonly attribution: never }

export function attributionOf(actor: ChangeActor): Attribution {
  return JSON.stringify(actor) as Attribution
}

/** The same as a condition of a statement, which always holds and is looked at before its row triggers run. */
export const actorIsSet = (parameter: number) => `set_config('ensue.actor', $${parameter}, true) is not null`

interface Attributed {
  to: Attribution
  /** The statement itself says it. */
  told: boolean
}
const attributions = new WeakMap<object, Attributed>()

/** Names who makes the changes of a statement. It is told to PostgreSQL together with the statement, without a round trip of its own,
 *  and right before it: works that share a transaction are told apart. Does nothing outside of a transaction.
 *  @param told by the statement itself, see `actorIsSet` */
export function attribute<Query extends CompiledQuery<unknown>>(
  query: Query,
  to: Attribution | undefined,
  told = false,
): Query {
  if (to !== undefined) attributions.set(query, { to, told })
  return query
}

export function attributionOfQuery(query: CompiledQuery): Attributed | undefined {
  return attributions.get(query)
}
