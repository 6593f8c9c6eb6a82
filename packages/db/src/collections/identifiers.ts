import { createHash } from 'node:crypto'
import { isForbiddenKey } from '@ensue/engine/core'

const MAX_BYTES = 63
const NAME = /^[\p{L}_][\p{L}\p{M}\p{Nd}_]*$/u
// PostgreSQL has these columns in every table and refuses to make others of the same name.
const ROW_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])

/** Letters of any script, digits and `_`, up to 63 bytes: what PostgreSQL stores without cutting it short. */
export function isName(text: string): boolean {
  return (
    NAME.test(text) &&
    Buffer.byteLength(text) <= MAX_BYTES &&
    text === text.normalize('NFC') &&
    !isForbiddenKey(text) &&
    !ROW_COLUMNS.has(text)
  )
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Text as an SQL literal, for DDL, which takes no parameters. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export interface TableRef {
  schema: string
  name: string
}

export function quoteTable({ schema, name }: TableRef): string {
  return `${quoteName(schema)}.${quoteName(name)}`
}

/** The name of a constraint or index, always the same for the same table and columns. Long ones end in a hash, since
 *  PostgreSQL would cut them at 63 bytes and two could meet. */
export function constraintName(table: string, columns: readonly string[], kind: string): string {
  const full = [table, ...columns, kind].join('_')
  if (Buffer.byteLength(full) <= MAX_BYTES) return full
  const hash = createHash('sha256').update(full).digest('hex').slice(0, 12)
  let head = full
  while (Buffer.byteLength(head) > MAX_BYTES - hash.length - 1) head = head.slice(0, -1)
  return `${head.toWellFormed().replaceAll('\uFFFD', '')}_${hash}`
}
