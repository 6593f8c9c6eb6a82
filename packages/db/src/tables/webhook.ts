import type { HttpReply, JsonObject } from '@ensue/engine'
import type { JSONColumnType } from 'kysely'

/** `accepted`: an execution was started; `duplicate`: the answer of an earlier delivery was given again; `handshake`: the
 *  sender's question about the URL was answered; `rejected`: a step of the ingress refused it. */
export type DeliveryOutcome = 'accepted' | 'duplicate' | 'handshake' | 'rejected'

/** What is kept of an accepted request beside its execution's context and its body. */
export interface AcceptedRequest {
  /** With the query; what is secret is masked. */
  path: string
  bodyBytes: number
  /** Where the context has not all of them. */
  headers?: JsonObject
  /** Absent of a sync one: the end of its run is the answer. */
  status?: number
  durationMs?: number
  /** What was wrong with the configured reply. */
  message?: string
  /** A reply that was worked out from the request. */
  answer?: HttpReply
}

/** A request that started nothing. */
export interface DeliveryTable {
  id: string
  workflowId: string
  at: string
  method: string
  path: string
  ip: string | null
  headers: JSONColumnType<JsonObject>
  body: Buffer
  bodyBytes: number
  outcome: DeliveryOutcome
  reason: string | null
  message: string | null
  status: number
  durationMs: number
  executionId: string | null
}
