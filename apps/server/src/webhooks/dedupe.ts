import { createHash } from 'node:crypto'
import { compileExpression, type Json, type JsonObject, NodeError, type WebhookDedupe } from '@ensue/engine'
import { type Arrival, isSecretHeader } from './arrival.ts'
import { Refusal } from './refusal.ts'
import type { Accepted } from './signatures/verdict.ts'

export const DEFAULT_DEDUPE_WINDOW_MS = 86_400_000
const MAX_KEY_LENGTH = 200

/** The idempotency key of the execution. What is too long for an index, or not to be stored, is known by its hash. */
function keyOf(value: Json | undefined, isSecret = false): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= MAX_KEY_LENGTH && !isSecret
    ? `delivery:${text}`
    : `delivery-sha256:${createHash('sha256').update(text).digest('base64')}`
}

/** What a delivery is known by when it comes again; undefined when nothing tells. */
export type DeliveryKey = string | undefined

/** Makes what tells whether a delivery came before: by the config's header or expression, else by the id that the preset of
 *  the signature knows. Where that id is not there, the signature itself is the key: a sender signs no request twice alike
 *  without meaning the same delivery. */
export function createDedupe(
  dedupe: WebhookDedupe | undefined,
): (arrival: Arrival, context: JsonObject, accepted: Accepted | undefined) => DeliveryKey | Promise<DeliveryKey> {
  if (dedupe === false) return () => undefined
  if (dedupe === undefined) return (_arrival, _context, accepted) => keyOf(accepted?.deliveryId) ?? keyOf(accepted?.mac)
  if ('header' in dedupe)
    return ({ distinct }) => {
      const lines = distinct()[dedupe.header] ?? []
      if (lines.length > 1)
        throw new Refusal(
          'delivery_id_repeated',
          'invalid_input',
          `The header ${dedupe.header} is there more than once.`,
        )
      return keyOf(lines[0], isSecretHeader(dedupe.header))
    }
  const expression = compileExpression(dedupe.expression.replace(/^\s*\{\{|\}\}\s*$/g, ''))
  const readsHeaders = dedupe.expression.includes('headers')
  return async ({ headers }, context) => {
    // With masks in place of signatures, every delivery would be taken for the first one.
    const seen = readsHeaders ? { ...context, headers } : context
    try {
      return keyOf(await expression.evaluate({ context: seen }), readsHeaders)
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      throw new Refusal(
        'delivery_id_failed',
        'invalid_input',
        `The id of the delivery could not be read: ${error.message}`,
      )
    }
  }
}
