import { Cron } from 'croner'
import type { WallMs } from './time-zone.ts'

export interface CronPattern {
  /** The first wall time after another that the pattern names. Null: there is none, as of 30 February. */
  next(after: WallMs): WallMs | null
  /** It names every hour: it counts time rather than times of the day. */
  everyHour: boolean
}

/** @throws Error with a sentence about what is wrong */
export function parseCron(text: string): CronPattern {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6)
    throw new Error(
      'A cron expression has 5 fields (minute, hour, day of month, month, day of week), or 6 with seconds in front.',
    )
  // Quartz writes `?` for "any day"; croner would take it for the present time, which is not ours to know.
  const pattern = fields.map((field) => (field === '?' ? '*' : field)).join(' ')
  let cron: Cron
  try {
    cron = new Cron(pattern, { timezone: 'UTC', mode: '5-or-6-parts', paused: true })
  } catch (error) {
    throw new Error(sentence(error))
  }
  const hour = fields[fields.length - 4]
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    everyHour: hour === '*' || hour === '*/1',
  }
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : ''
  return `This is not a cron expression: ${text === '' ? 'it can not be read' : text.replace(/\.$/, '')}.`
}
