import { type JsonObject, parseSample, type WebhookSample } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { parseForm } from './parse/form.ts'
import { parseBody } from './parse-body.ts'

const MAX_TEXT = 1_048_576

export const sampleInput = z.strictObject({
  /** A whole URL, or its query alone. */
  url: z.string().max(65_536).optional(),
  /** As it would be sent. */
  body: z.string().max(MAX_TEXT).optional(),
  /** Of the body; without it: JSON when it is, else text. */
  contentType: z.string().max(500).optional(),
  /** A map, or lines as browsers and curl show them. */
  headers: z.union([z.string().max(65_536), z.record(z.string(), z.string())]).optional(),
})

const part = z.object({
  path: z.string(),
  type: z.enum(['string', 'number', 'boolean', 'object', 'array', 'null']),
  sample: z.union([z.string(), z.number(), z.boolean(), z.null()]),
})

export const sampleOutput = z.object({
  headers: z.array(part),
  query: z.array(part),
  body: z.array(part),
  isCut: z.boolean(),
})

/** What of a pasted request can be declared as a variable. @throws AppError forbidden, invalid_input naming what can't be read */
export async function parseRequestSample(
  app: App,
  caller: Caller,
  { url, body, contentType, headers }: z.infer<typeof sampleInput>,
): Promise<WebhookSample> {
  requirePermission(app, caller.principal, 'workflows.view')
  return parseSample({
    query: url === undefined ? {} : at('url', () => parseQuery(url)),
    body: body === undefined ? null : await at('body', () => parseBody(Buffer.from(body.trim()), contentType)),
    headers: typeof headers === 'string' ? parseHeaderLines(headers) : (headers ?? {}),
  })
}

/** Of `https://a.b/c?d=1#e`, `?d=1` or `d=1`. */
function parseQuery(url: string): JsonObject {
  const text = url.trim().replace(/#.*$/s, '')
  const mark = text.indexOf('?')
  if (mark < 0 && /^(?:[a-z][a-z\d+.-]*:\/)?\//i.test(text)) return {}
  return parseForm(text.slice(mark + 1))
}

/** `Name: value` a line; what isn't, such as the request line above, is passed over. Also `-H 'Name: value'` of curl. */
function parseHeaderLines(text: string): Record<string, string> {
  const lines = text
    .split(/\r?\n/)
    .map((line) => /^\s*(?:-H\s+)?['"]?([!#$%&*+.^_`|~\w-]+):\s*(.*?)['"]?\s*\\?$/.exec(line))
  return Object.fromEntries(lines.flatMap((line) => (line ? [[line[1]!, line[2]!]] : [])))
}

function at<Result>(path: string, read: () => Result): Result {
  const refine = (error: unknown) =>
    error instanceof AppError ? new AppError('invalid_input', error.message, { path, cause: error }) : error
  try {
    const result = read()
    return result instanceof Promise
      ? (result.catch((error: unknown) => Promise.reject(refine(error))) as Result)
      : result
  } catch (error) {
    throw refine(error)
  }
}
