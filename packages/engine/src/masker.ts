import { isJsonObject, type Json, type JsonObject } from './core/json.ts'
import { createFinder } from './find-any.ts'

/** What stands in place of a secret. */
export const MASKED = '[masked]'

/** A shorter value would be found in innocent text everywhere: it is not masked by value. */
export const MIN_MASKED_LENGTH = 6

/** Finds the values of secrets in what is about to be stored, logged or sent, and puts `[masked]` in their place. */
export interface Masker {
  /** Is one in the text, which may be plain or serialised JSON? */
  found(text: string): boolean
  text(text: string): string
  /** Like `text`, of one that may have been cut off: also the beginning of a secret at its end. */
  cutText(text: string): string
  /** The value itself when nothing is in it. Keys and texts are masked, and a number that is a secret as a whole. */
  json<T extends Json>(value: T): T
}

export const NO_MASKER: Masker = {
  found: () => false,
  text: (text) => text,
  cutText: (text) => text,
  json: (value) => value,
}

/** @param values the confidential texts; those that are too short are left out */
export function createMasker(values: Iterable<string>): Masker {
  const secrets = new Set([...values].filter((value) => value.length >= MIN_MASKED_LENGTH))
  if (secrets.size === 0) return NO_MASKER
  // The longest first: one secret may be a part of another.
  const needles = [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length)

  const found = createFinder(needles)
  const maskText = (text: string) => {
    if (!found(text)) return text
    let masked = text
    for (const needle of needles) if (masked.includes(needle)) masked = masked.replaceAll(needle, MASKED)
    return masked
  }
  function maskCutText(text: string): string {
    const masked = maskText(text)
    const end = masked.endsWith('…') ? '…' : ''
    const cut = masked.slice(0, masked.length - end.length)
    const starts = needles.map((needle) => startAtEnd(cut, needle)).filter((at) => at >= 0)
    return starts.length === 0 ? masked : cut.slice(0, Math.min(...starts)) + MASKED + end
  }
  function maskJson(value: Json): Json {
    if (typeof value === 'string') return maskText(value)
    if (typeof value === 'number') return secrets.has(String(value)) ? MASKED : value
    if (Array.isArray(value)) {
      const items = value.map(maskJson)
      return items.some((item, index) => item !== value[index]) ? items : value
    }
    if (!isJsonObject(value)) return value
    let changed = false
    const masked: JsonObject = {}
    for (const [key, item] of Object.entries(value)) {
      const [maskedKey, maskedItem] = [maskText(key), maskJson(item)]
      changed ||= maskedKey !== key || maskedItem !== item
      masked[maskedKey] = maskedItem
    }
    return changed ? masked : value
  }
  return { found, text: maskText, cutText: maskCutText, json: <T extends Json>(value: T) => maskJson(value) as T }
}

/** Where the text ends with the beginning of the needle; -1: it does not, or with so little that it tells nothing. */
function startAtEnd(text: string, needle: string): number {
  const head = needle.slice(0, MIN_MASKED_LENGTH)
  let at = text.indexOf(head, Math.max(0, text.length - needle.length))
  while (at >= 0 && !needle.startsWith(text.slice(at))) at = text.indexOf(head, at + 1)
  return at
}

/** JSON within JSON within JSON, as texts of replies that are told on become. */
const ESCAPED_TIMES = 4

/** A value in the clothes in which it may turn up: in JSON, in JSON within JSON, in URLs, in forms, in base64. */
function formsOf(value: string): string[] {
  const forms = [value, ...base64Forms(value), ...urlForms(value)]
  for (let times = 0, last = forms; times < ESCAPED_TIMES; times++) {
    last = last.map(escaped)
    forms.push(...last)
  }
  return forms
}

const escaped = (text: string) => JSON.stringify(text).slice(1, -1)

function urlForms(value: string): string[] {
  if (!value.isWellFormed()) return []
  const component = encodeURIComponent(value)
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
  return [component, form, lower(component), lower(form)]
}

/** What base64 of any text around the value must hold: the letters that its bytes alone make, at each of the three places
 *  where they may begin in a group; in the alphabet of URLs too. */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value)
  const whole = bytes.toBase64()
  const cores = [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(offset + bytes.length)
    shifted.set(bytes, offset)
    return shifted.toBase64().slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6))
  })
  return [whole, ...cores].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
