import { toJson } from '@ensue/engine/core'

// What JSON.stringify writes for U+0000 and for a lone surrogate: legal JSON that jsonb refuses.
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/

/** JSON text that jsonb accepts: the two kinds of characters it refuses are replaced by U+FFFD. */
export function toJsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return text.includes('\\u') && UNSTORABLE_ESCAPE.test(text) ? JSON.stringify(toJson(value)) : text
}
