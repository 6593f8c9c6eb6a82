import { randomUUID } from 'node:crypto'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { toText } from '../expressions/index.ts'

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\r\n]*"|[\w.+-]+))*$/

/** The bytes of a form with files, and the content type that names its boundary. A value with `base64` is a file
 *  (`{ name?, type?, base64 }`, as webhooks receive them), a list repeats its name, null is left out, other objects are JSON.
 *  @throws NodeError `http_bad_body` */
export function encodeMultipart(values: JsonObject): { body: Uint8Array; contentType: string } {
  // Random, so that nobody who fills in a field can write the boundary into it.
  const boundary = `ensue-${randomUUID()}`
  const parts = Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((item) => item !== null).map((item) => encodePart(name, item)),
  )
  const chunks = parts.flatMap(({ head, bytes }) => [
    toBytes(`--${boundary}\r\n${head}\r\n\r\n`),
    bytes,
    toBytes('\r\n'),
  ])
  return {
    body: concat([...chunks, toBytes(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

function encodePart(name: string, value: Json): { head: string; bytes: Uint8Array } {
  const disposition = `Content-Disposition: form-data; name="${quoted(name)}"`
  if (!isJsonObject(value) || value.base64 === undefined) return { head: disposition, bytes: toBytes(toText(value)) }
  const { name: filename = 'file', type = 'application/octet-stream', base64 } = value
  if (typeof type !== 'string' || !MEDIA_TYPE.test(type))
    throw new NodeError('http_bad_body', `The type of the file "${name}" is not valid.`, {
      path: `body.value.${name}`,
    })
  return {
    head: `${disposition}; filename="${quoted(toText(filename))}"\r\nContent-Type: ${type}`,
    bytes: fromBase64(base64, `body.value.${name}`),
  }
}

/** As browsers do it: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function quoted(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '%0D%0A').replaceAll('"', '%22')
}

export function fromBase64(value: Json, path: string): Uint8Array {
  try {
    if (typeof value === 'string') return Uint8Array.fromBase64(value)
  } catch {
    // Said below.
  }
  throw new NodeError('http_bad_body', 'Bytes are given as base64 text.', { path })
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function concat(chunks: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
