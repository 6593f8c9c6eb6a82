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

const attributions = new WeakMap<object, Attribution>()

/** Names who makes the changes of a statement. It is told to PostgreSQL together with the statement, without a round trip of its own,
 *  and right before it: works that share a transaction are told apart. Does nothing outside of a transaction. */
export function attribute<Query extends CompiledQuery<unknown>>(query: Query, to: Attribution | undefined): Query {
  if (to !== undefined) attributions.set(query, to)
  return query
}

export function attributedTo(query: CompiledQuery): Attribution | undefined {
  return attributions.get(query)
}
