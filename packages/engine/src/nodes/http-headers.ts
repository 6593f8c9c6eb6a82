import { z } from 'zod'
import { templateText } from './config-fields.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

// RFC 9110 §5.5. CR and LF would start another header; what is beyond Latin-1 has no spelling in a header.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** RFC 9110 §7.6.1, and what the server or client sets itself: letting a workflow set these would desynchronise the connection. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Why a header can't be set; undefined: it can. */
export function headerProblem(name: string, alsoRefused: readonly string[] = []): string | undefined {
  const lower = name.toLowerCase()
  if (!TOKEN.test(name)) return `"${name}" is not a header name.`
  if (CONNECTION_HEADERS.has(lower) || lower.startsWith('proxy-'))
    return `The header "${name}" belongs to the connection and can't be set.`
  if (alsoRefused.includes(lower)) return `The header "${name}" can't be set here.`
  return undefined
}

/** Headers as a map; numbers and booleans that expressions give become text, null becomes empty. */
export function headersField(alsoRefused: readonly string[] = [], meta: Record<string, unknown> = {}) {
  const value = z
    .string()
    .max(8_192)
    .regex(FIELD_VALUE, 'A header holds no line break, no control character and no letter beyond Latin-1.')
  return z
    .record(z.string(), z.preprocess(templateText, value))
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        const message = headerProblem(name, alsoRefused)
        if (message) context.addIssue({ code: 'custom', message, path: [name] })
      }
    })
    .optional()
    .meta({ title: 'Headers', widget: 'keyValue', ...meta })
}

/** The headers with one that takes the place of any of the same name. */
export function withHeader(headers: Record<string, string>, name: string, value: string): Record<string, string> {
  const others = Object.entries(headers).filter(([key]) => key.toLowerCase() !== name.toLowerCase())
  return { ...Object.fromEntries(others), [name]: value }
}

export function hasHeader(headers: Record<string, string>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name)
}
