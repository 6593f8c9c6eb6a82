import { createHash } from 'node:crypto'

const MAX_NAMES = 1_000
const names = new Map<string, string>()

/** Marks a statement as a hot one: each connection parses and plans it once and then only by name.
 *  @param resultTypes what the text doesn't show of its result: with other types it takes another name, since PostgreSQL
 *  refuses to change the result of a prepared statement
 *  @returns the text as it stands */
export function prepared(text: string, resultTypes = ''): string {
  if (names.size < MAX_NAMES || names.has(text))
    names.set(text, `ensue_${createHash('sha1').update(`${text}\n${resultTypes}`).digest('hex').slice(0, 20)}`)
  return text
}

/** The name of a marked statement. */
export function preparedName(text: string): string | undefined {
  return names.get(text)
}
