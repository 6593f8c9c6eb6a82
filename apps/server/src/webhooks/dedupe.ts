import { createHash } from 'node:crypto'
import type { NewDelivery } from '@ensue/db'
import { compileExpression, type Json, type JsonObject, NodeError, type WebhookDedupe } from '@ensue/engine'
import type { Arrival } from './arrival.ts'
import { Refusal } from './refusal.ts'
import type { Accepted } from './signatures/verdict.ts'

export const DEFAULT_DEDUPE_WINDOW_MS = 86_400_000
const MAX_KEY_LENGTH = 200

type Keys = Pick<NewDelivery, 'dedupeKey' | 'macKey'>

const NONE: Keys = { dedupeKey: null, macKey: null }

/** Keys that are too long for an index are known by their hash. */
function keyOf(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === '') return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= MAX_KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('base64')}`
}

/** Makes what tells whether a delivery came before: by the config's header or expression, else by the id that the preset of
 *  the signature knows. Where that id is not there, the signature itself is the key: a sender signs no request twice alike
 *  without meaning the same delivery. */
export function createDedupe(
  dedupe: WebhookDedupe | undefined,
): (arrival: Arrival, context: JsonObject, accepted: Accepted | undefined) => Keys | Promise<Keys> {
  if (dedupe === false) return () => NONE
  if (dedupe === undefined)
    return (_arrival, _context, accepted) => {
      if (!accepted) return NONE
      const dedupeKey = keyOf(accepted.deliveryId)
      return dedupeKey === null ? { dedupeKey, macKey: keyOf(accepted.macs[0]) } : { dedupeKey, macKey: null }
    }
  if ('header' in dedupe)
    return ({ distinct }) => {
      const lines = distinct[dedupe.header] ?? []
      if (lines.length > 1)
        throw new Refusal(
          'delivery_id_repeated',
          'invalid_input',
          `The header ${dedupe.header} is there more than once.`,
        )
      return { dedupeKey: keyOf(lines[0]), macKey: null }
    }
  const expression = compileExpression(dedupe.expression.replace(/^\s*\{\{|\}\}\s*$/g, ''))
  return async (_arrival, context) => {
    try {
      return { dedupeKey: keyOf(await expression.evaluate({ context })), macKey: null }
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
