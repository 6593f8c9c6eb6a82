import { timeZoneOf } from './time-zone.ts'

const HAS_ZONE = /T.*(Z|[+-]\d\d:?\d\d)$/i

/** The instant of an ISO 8601 time; of a date or a time without a zone, in that zone. A time that the zone's clock leaves out is
 *  the end of the gap, one that it shows twice is the first of the two. */
export function instantOfText(text: string, timeZone: string): number {
  if (HAS_ZONE.test(text)) return Date.parse(text)
  return timeZoneOf(timeZone).instantOf(Date.parse(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`))
}
