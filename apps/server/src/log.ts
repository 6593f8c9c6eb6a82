import type { Json, Masker } from '@ensue/engine'
import { type DestinationStream, type Logger, pino } from 'pino'

const maskers = new WeakMap<Logger, { current: () => Masker | undefined }>()

/** A logger whose lines are looked through for the values of secrets before they leave, as soon as `maskLog` has told it which. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const masker: { current: () => Masker | undefined } = { current: () => undefined }
  const hooks = { streamWrite: (line: string) => maskLine(line, masker.current()) }
  const log = destination ? pino({ level, hooks }, destination) : pino({ level, hooks })
  maskers.set(log, masker)
  return log
}

export function maskLog(log: Logger, masker: () => Masker): void {
  const holder = maskers.get(log)
  if (holder) holder.current = masker
}

function maskLine(line: string, masker: Masker | undefined): string {
  if (!masker?.found(line)) return line
  try {
    // Taken apart, so that a secret of digits does not break a number in half.
    return `${JSON.stringify(masker.json(JSON.parse(line) as Json))}\n`
  } catch {
    return masker.text(line)
  }
}
