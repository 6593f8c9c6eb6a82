import { z } from 'zod'
import { templateText } from './config-fields.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

// CR and LF would start another header; the other control characters are invalid in a field value (RFC 9110 §5.5).
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const FIELD_VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/

/** RFC 9110 §7.6.1, and what the server or client sets itself: letting a workflow set these would desynchronise the connection. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function nameProblem(name: string, alsoRefused: readonly string[]): string | undefined {
  const lower = name.toLowerCase()
  if (!TOKEN.test(name)) return `"${name}" is not a header name.`
  if (CONNECTION_HEADERS.has(lower)) return `The header "${name}" belongs to the connection and can't be set.`
  if (alsoRefused.includes(lower)) return `The header "${name}" can't be set here.`
  return undefined
}

/** Headers as a map; numbers and booleans that expressions give become text, null becomes empty. */
export function headersField(alsoRefused: readonly string[] = [], meta: Record<string, unknown> = {}) {
  const value = z.string().max(8_192).regex(FIELD_VALUE, 'A header holds no line break or control character.')
  return z
    .record(z.string(), z.preprocess(templateText, value))
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        const message = nameProblem(name, alsoRefused)
        if (message) context.addIssue({ code: 'custom', message, path: [name] })
      }
    })
    .optional()
    .meta({ title: 'Headers', widget: 'keyValue', ...meta })
}

export function hasHeader(headers: Record<string, string>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name)
}
