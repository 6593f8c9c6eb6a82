import { compileFires, type FireRule, type NextFire } from '../next-fires.ts'
import type { ScheduleConfig } from '../triggers/schedule.ts'
import { instantOfText } from './instant-of-text.ts'

/** The fires of a schedule. One of a date field has them for each record.
 *  @param date what the record has in the field, for a date field
 *  @throws Error the config is not valid */
export function compileSchedule(config: ScheduleConfig, date?: string): NextFire {
  const { cron, everyMs, dateField, timeZone = 'UTC', start, end, dst } = config
  const bounds: FireRule = {
    timeZone,
    dst,
    ...(start === undefined ? {} : { start: instantOfText(start, timeZone) }),
    ...(end === undefined ? {} : { end: instantOfText(end, timeZone) }),
  }
  if (!dateField) return compileFires({ ...bounds, cron, everyMs })
  if (date === undefined) return () => null
  return recordFires(bounds, instantOfText(date, timeZone) + (dateField.offsetMs ?? 0), dateField.repeat)
}

function recordFires(
  bounds: FireRule,
  first: number,
  repeat: NonNullable<ScheduleConfig['dateField']>['repeat'],
): NextFire {
  const { start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = bounds
  const later = repeat && compileFires({ ...bounds, ...repeat, anchor: first })
  return (after) => {
    if (first > after && first >= start) return first > end ? null : first
    return later?.(Math.max(after, first)) ?? null
  }
}
