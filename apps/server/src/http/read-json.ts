import { AppError, findUnstorable, type Json, MAX_JSON_DEPTH, toJson } from '@ensue/engine/core'
import type { Context } from 'hono'
import type { HttpEnv } from './request-info.ts'

const PROTOTYPE_KEYS = /"(?:__proto__|constructor|prototype|[^"]*\\u)/

/** The JSON body, storable as it is; undefined when there is none.
 *  @throws AppError payload_too_large, unsupported_media_type, invalid_input naming the path */
export async function readJson(c: Context<HttpEnv>, maxBytes: number): Promise<Json | undefined> {
  const text = await readText(c, maxBytes)
  if (text === '') return undefined
  const type = c.req.header('content-type')
  if (type === undefined || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type))
    throw new AppError('unsupported_media_type', 'Send JSON with "Content-Type: application/json".')
  return parseJson(text, 'The body')
}

/** Parses what a client sent as JSON and refuses what could not be stored.
 *  @throws AppError invalid_input */
export function parseJson(text: string, subject: string, at?: string): Json {
  const where = at === undefined ? {} : { path: at }
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    throw new AppError('invalid_input', `${subject} is not valid JSON.`, where)
  }
  const fault = findUnstorable(value)
  if (fault) {
    const path = [at, fault.path].filter(Boolean).join('.')
    throw new AppError('invalid_input', FAULTS[fault.reason](subject), path === '' ? {} : { path })
  }
  // Dropping the keys takes a copy, and hardly any body has one.
  return PROTOTYPE_KEYS.test(text) ? toJson(value) : value
}

const FAULTS = {
  depth: (subject: string) => `${subject} is nested deeper than ${MAX_JSON_DEPTH} levels.`,
  text: () => 'A text holds U+0000 or half of a surrogate pair, which can not be stored.',
  type: () => 'A number is too large to be stored.',
}

/** The body as text, read no further than the limit; it is JSON and so UTF-8.
 *  @throws AppError payload_too_large, invalid_input */
async function readText(c: Context<HttpEnv>, maxBytes: number): Promise<string> {
  const announced = c.req.header('content-length')
  if (announced !== undefined && Number(announced) > maxBytes) throw tooLarge(maxBytes)
  if (announced !== undefined && c.req.header('transfer-encoding') === undefined) return c.req.text()
  const { body } = c.req.raw
  if (!body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, {
    // What is still on its way is not read, so the connection can't be used again.
    headers: { connection: 'close' },
  })
}
