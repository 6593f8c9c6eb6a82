import type { HttpReply, JsonObject } from '@ensue/engine'
import type { JSONColumnType } from 'kysely'

/** `accepted`: an execution was started; `duplicate`: the answer of an earlier delivery was given again; `handshake`: the
 *  sender's question about the URL was answered; `rejected`: a step of the ingress refused it. */
export type DeliveryOutcome = 'accepted' | 'duplicate' | 'handshake' | 'rejected'

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
  status: number | null
  durationMs: number | null
  executionId: string | null
  dedupeKey: string | null
  macKey: string | null
  answer: JSONColumnType<HttpReply & object> | null
  originalId: string | null
}
