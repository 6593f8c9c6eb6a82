import { AppError, isForbiddenKey, type Json, type JsonObject, toStorableText } from '@ensue/engine/core'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { MAX_FORM_FIELDS, parseFields } from './form.ts'

const CHUNK_BYTES = 65_536
const MAX_FILES = 50
const MAX_NAME_BYTES = 500
const MAX_PART_HEADERS = 50
const MAX_PART_HEADER_BYTES = 8_192

/** Reads multipart/form-data: fields as `parseForm` does, files among them as `{ name, type, size, base64 }`.
 *  @throws AppError invalid_input malformed, payload_too_large a file or field over its limit, or too many */
export function parseMultipart(bytes: Buffer, contentType: string, maxFileBytes: number): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const names: string[] = []
    const values: Json[] = []
    let isRefused = false
    const refuse = (error: AppError) => {
      isRefused = true
      reject(error)
      // What is still buffered goes nowhere; a late fault has nobody to tell.
      form?.removeAllListeners().on('error', () => {})
    }
    const malformed = (error: unknown) =>
      refuse(
        new AppError('invalid_input', `The body is not a multipart form: ${(error as Error).message}`, {
          cause: error,
        }),
      )
    const tooLarge = (message: string) => refuse(new AppError('payload_too_large', message))
    const add = (name: string, value: Json) => {
      if (name.length > MAX_NAME_BYTES) tooLarge(`A name in a form has ${MAX_NAME_BYTES} characters at most.`)
      names.push(name)
      values.push(value)
    }
    const form = createBusboy(contentType, maxFileBytes, malformed)
    if (!form) return
    form
      .on('field', (name, value, _, isCut) => {
        if (isCut) tooLarge(`A field of a form has ${maxFileBytes} bytes at most.`)
        add(name ?? '', toStorableText(String(value)))
      })
      .on('file', (name, file, fileName, _, type) => {
        const chunks: Buffer[] = []
        file
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('limit', () => tooLarge(`A file in a form has ${maxFileBytes} bytes at most.`))
          .on('error', malformed)
          .on('end', () => {
            const content = Buffer.concat(chunks)
            add(name ?? '', {
              name: toStorableText(fileName ?? ''),
              type: toStorableText(type),
              size: content.length,
              base64: content.toString('base64'),
            })
          })
      })
      .on('filesLimit', () => tooLarge(`A form has ${MAX_FILES} files at most.`))
      .on('fieldsLimit', () => tooLarge(`A form has ${MAX_FORM_FIELDS} fields at most.`))
      .on('partsLimit', () => tooLarge(`A form has ${MAX_FORM_FIELDS} fields at most.`))
      .on('error', malformed)
      .on('finish', () => {
        try {
          resolve(expandNames(names, values))
        } catch (error) {
          reject(error)
        }
      })
    // In pieces, so that what comes after a refusal isn't read.
    for (let at = 0; at < bytes.length && !isRefused; at += CHUNK_BYTES)
      form.write(bytes.subarray(at, at + CHUNK_BYTES))
    form.end()
  })
}

function createBusboy(
  contentType: string,
  maxFileBytes: number,
  malformed: (error: unknown) => void,
): BusboyInstance | undefined {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        fileSize: maxFileBytes,
        fieldSize: maxFileBytes,
        files: MAX_FILES,
        fields: MAX_FORM_FIELDS,
        parts: MAX_FORM_FIELDS,
        headerPairs: MAX_PART_HEADERS,
        headerSize: MAX_PART_HEADER_BYTES,
      },
    })
  } catch (error) {
    malformed(error)
    return undefined
  }
}

/** Puts values where their names with brackets say. The form's parser sees places instead of values, so no text that was
 *  sent can pass for a file. */
function expandNames(names: readonly string[], values: readonly Json[]): JsonObject {
  const tree = parseFields(names.map((name, place) => `${encodeURIComponent(name.toWellFormed())}=${place}`).join('&'))
  return withValues(tree, values) as JsonObject
}

function withValues(part: unknown, values: readonly Json[]): Json {
  if (typeof part === 'string') return values[Number(part)] ?? null
  if (Array.isArray(part)) return part.map((item) => withValues(item, values))
  const out: JsonObject = {}
  for (const [key, item] of Object.entries(part as object))
    if (!isForbiddenKey(key)) out[toStorableText(key)] = withValues(item, values)
  return out
}
