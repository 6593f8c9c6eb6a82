import { z } from 'zod'
import { isJsonObject } from '../core/json.ts'
import type { MailAddress } from '../ports.ts'

const NAMED = /^(?<name>.*?)\s*<(?<address>[^<>]*)>$/su
/** Any letters before and after the @: whether a mailbox is there, its server knows. */
const ADDRESS = /^[^\s@<>()[\],;:\\"\p{Cc}]{1,64}@[^\s@<>()[\],;:\\"\p{Cc}]{1,255}$/u
const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** `ada@example.com` or `Ada Lovelace <ada@example.com>`; undefined when it is neither. */
function parseAddress(text: string): MailAddress | undefined {
  const { name, address = text.trim() } = NAMED.exec(text.trim())?.groups ?? {}
  if (!ADDRESS.test(address) || CONTROL.test(text)) return undefined
  const shown = name?.replace(/^"(.*)"$/s, '$1').replaceAll(/\\(.)/g, '$1')
  return shown ? { name: shown, address } : { address }
}

/** Splits at commas and semicolons outside of quotes. A loop, not a pattern: the text may come from anywhere. */
function splitList(text: string): string[] {
  const parts: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '\\') at += 1
    else if (letter === '"') isQuoted = !isQuoted
    else if ((letter === ',' || letter === ';') && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts.filter((part) => part.trim() !== '')
}

/** Addresses as expressions give them: a text with commas, a list, or records with an `email`. */
function toTexts(value: unknown): unknown {
  if (value === undefined || value === null) return value ?? undefined
  if (Array.isArray(value)) return value.flatMap((item) => toTexts(item) ?? [])
  if (isJsonObject(value)) return [typeof value.email === 'string' ? value.email : value]
  return typeof value === 'string' ? splitList(value) : [value]
}

export const addressSchema = z
  .string()
  .max(320)
  .transform((text, context) => {
    const address = parseAddress(text)
    if (address) return address
    // Not `custom`: where a template stands, only a run can tell.
    const message = 'An address looks like ada@example.com or Ada <ada@example.com>.'
    context.addIssue({ code: 'invalid_format', format: 'email', input: text, message })
    return z.NEVER
  })

export function addressesField(title: string, most: number) {
  return z
    .preprocess(toTexts, z.array(addressSchema).max(most, `At most ${most} addresses.`).optional())
    .meta({ title, widget: 'template', placeholder: 'ada@example.com, Bob <bob@example.com>' })
}
