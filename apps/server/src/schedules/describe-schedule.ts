import type { ScheduleConfig } from '@ensue/engine'
import cronstrue from 'cronstrue'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const

/** A schedule in words, e.g. "At 09:00, Monday through Friday, Europe/Berlin". */
export function describeSchedule(config: ScheduleConfig): string {
  const { cron, everyMs, dateField, timeZone, start, end, maxRuns } = config
  const parts = [cron ? describeCron(cron) : dateField ? describeDate(dateField) : `Every ${span(everyMs ?? 0, true)}`]
  if (timeZone !== undefined && everyMs === undefined) parts.push(timeZone)
  if (start !== undefined) parts.push(`from ${start}`)
  if (end !== undefined) parts.push(`until ${end}`)
  if (maxRuns !== undefined) parts.push(maxRuns === 1 ? 'once' : `at most ${maxRuns} times`)
  return parts.join(', ')
}

function describeCron(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true })
  } catch {
    // A pattern that croner knows and this does not.
    return cron
  }
}

function describeDate({ collection, field, offsetMs = 0, repeat }: NonNullable<ScheduleConfig['dateField']>): string {
  const date = `${field} of ${collection}`
  const first =
    offsetMs === 0 ? `At ${date}` : `${span(Math.abs(offsetMs))} ${offsetMs < 0 ? 'before' : 'after'} ${date}`
  if (!repeat) return first
  const then = repeat.cron ? describeCron(repeat.cron) : `every ${span(repeat.everyMs ?? 0, true)}`
  return `${first}, then ${then.charAt(0).toLowerCase()}${then.slice(1)}`
}

/** "15 minutes", "1 hour 30 minutes"; `every` leaves out a single 1. */
function span(ms: number, every = false): string {
  const parts: string[] = []
  let rest = ms
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
    rest -= count * size
  }
  const text = parts.join(' ')
  return every && parts.length === 1 ? text.replace(/^1 /, '') : text
}
