import type { LoadResult } from './load.ts'

/** A line of the result. */
export interface Row {
  what: string
  value: string
  ratio?: string
  target?: string
  reached?: boolean
}
export const rows: Row[] = []
export const rate = (result: LoadResult) => `${Math.round(result.perSecond).toLocaleString('en')}/s`

/** A rate beside the floor's at the same number of connections. */
export function addRatio(what: string, perSecond: number, floor: number, target: number, more = ''): void {
  const ratio = perSecond / floor
  rows.push({
    what,
    value: `${Math.round(perSecond).toLocaleString('en')}/s${more}`,
    ratio: ratio.toFixed(2),
    target: `≥ ${target.toFixed(2)}`,
    reached: ratio >= target,
  })
}

export function print(): void {
  const width = Math.max(...rows.map((row) => row.what.length))
  for (const row of rows)
    process.stdout.write(
      `${row.what.padEnd(width)}  ${row.value}${row.ratio ? `  ratio ${row.ratio}` : ''}${row.target ? `  target ${row.target} ${row.reached ? '✓' : '✗'}` : ''}\n`,
    )
}
