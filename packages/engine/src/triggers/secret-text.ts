import { z } from 'zod'

/** One whole expression that names a secret or a workspace variable: what is compared with must not depend on the request. */
const REFERENCE = /^\{\{\s*\$(secrets|env)\.[A-Za-z_]\w*\s*\}\}$/

/** A secret as text or `{{$secrets.NAME}}`. `minBytes` holds for what is written out, and again for the value of the
 *  reference when the config is parsed with its secrets in place. */
export function secretText(title: string, minBytes = 16, meta: Record<string, unknown> = {}) {
  return z
    .string()
    .max(8_192)
    .refine(
      (text) => text.includes('{{') || new TextEncoder().encode(text).length >= minBytes,
      `Use at least ${minBytes} characters, or a secret: {{$secrets.NAME}}.`,
    )
    .refine(
      (text) => !text.includes('{{') || REFERENCE.test(text),
      'A secret is written out or named, as in {{$secrets.NAME}}; nothing else.',
    )
    .meta({ title, secret: true, writeOnly: true, ...meta })
}
