import { expect, it } from 'vitest'
import { ago } from './time.ts'

// Without a zone: the days are those of the reader.
const saturday = new Date('2026-11-21T09:30:00').getTime()
const at = (local: string) => ago(new Date(local).toISOString(), saturday)

it.each([
  ['2026-11-21T09:30:04', 'just now'],
  ['2026-11-21T09:30:12', 'in 12 sec.'],
  ['2026-11-21T09:27:00', '3 min. ago'],
  ['2026-11-22T08:30:00', 'in 23 hr.'],
  ['2026-11-22T10:00:00', 'tomorrow'],
  ['2026-11-23T08:30:00', 'in 2 days'],
  ['2026-11-20T09:00:00', 'yesterday'],
  ['2026-11-19T23:00:00', '2 days ago'],
  ['2027-01-04T10:00:00', 'in 44 days'],
  ['2027-02-21T10:00:00', 'in 3 mo.'],
  ['2025-09-21T09:30:00', '14 mo. ago'],
])('calls %s "%s"', (local, words) => {
  expect(at(local)).toBe(words)
})
