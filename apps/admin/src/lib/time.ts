// Months only from two on: "next month" may be tomorrow or in eight weeks.
const UNITS: [unit: Intl.RelativeTimeFormatUnit, sizeMs: number, fromMs?: number][] = [
  ['year', 31_536_000_000, 63_072_000_000],
  ['month', 2_592_000_000, 5_184_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const full = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })
const short = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** By the calendar, since "tomorrow" is what it is called. */
function daysBetween(fromMs: number, toMs: number): number {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)
  return Math.round((midnight(toMs) - midnight(fromMs)) / 86_400_000)
}

/** "3 min. ago", "in 2 days", "in 12 sec.", "just now". */
export function ago(iso: string | null | undefined, nowMs = Date.now()): string {
  if (!iso) return '–'
  const difference = Date.parse(iso) - nowMs
  for (const [unit, size, from = size] of UNITS)
    if (Math.abs(difference) >= from)
      return relative.format(
        unit === 'day' ? daysBetween(nowMs, nowMs + difference) : Math.trunc(difference / size),
        unit,
      )
  // Less is a matter of two clocks.
  if (difference >= 5_000) return relative.format(Math.trunc(difference / 1_000), 'second')
  return 'just now'
}

export function dateTime(iso: string | null | undefined): string {
  return iso ? full.format(new Date(iso)) : '–'
}

export function shortDateTime(iso: string | null | undefined): string {
  return iso ? short.format(new Date(iso)) : '–'
}

/** "Mon, 30 Mar 2026, 02:30 GMT+2": what a clock in the zone shows. */
export function zonedDateTime(iso: string, timeZone: string, withSeconds = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    timeZoneName: 'short',
  }).format(new Date(iso))
}

/** "12 ms", "3.4 s", "2 min 5 s", "3 h 20 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const pairs: [number, string, number, string][] = [
    [86_400_000, 'd', 3_600_000, 'h'],
    [3_600_000, 'h', 60_000, 'min'],
    [60_000, 'min', 1_000, 's'],
  ]
  for (const [size, name, part, partName] of pairs) {
    if (ms < size) continue
    const rest = Math.floor((ms % size) / part)
    return `${Math.floor(ms / size)} ${name}${rest > 0 ? ` ${rest} ${partName}` : ''}`
  }
  return ''
}

export function between(start: string | null | undefined, end: string | null | undefined, nowMs = Date.now()): string {
  if (!start) return '–'
  return duration((end ? Date.parse(end) : nowMs) - Date.parse(start))
}
