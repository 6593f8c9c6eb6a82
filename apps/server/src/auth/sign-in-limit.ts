import { AppError } from '@ensue/engine/core'
import type { App } from '../context.ts'

const WINDOW_MS = 15 * 60_000
const MAX_ENTRIES = 20_000
/** Failures in one window: of one account from one address, of one account, of one address. */
const LIMITS = { pair: 10, account: 50, address: 100 }

interface Failures {
  count: number
  sinceMs: number
}

const perApp = new WeakMap<App, Map<string, Failures>>()

function keysOf(email: string, ip: string | null): [key: string, limit: number][] {
  const account = email.toLowerCase()
  return [
    [`pair ${account} ${ip}`, LIMITS.pair],
    [`account ${account}`, LIMITS.account],
    [`address ${ip}`, LIMITS.address],
  ]
}

/** Counts an attempt before its password is looked at, so that parallel guesses count too; each process counts by itself.
 *  @returns forgets the attempt: call it when the password was right
 *  @throws AppError limit_exceeded */
export function countAttempt(app: App, email: string, ip: string | null, nowMs = Date.now()): () => void {
  const counted = perApp.get(app) ?? new Map<string, Failures>()
  perApp.set(app, counted)
  const keys = keysOf(email, ip)
  for (const [key, limit] of keys) {
    const failures = counted.get(key)
    if (failures === undefined || failures.count < limit || failures.sinceMs + WINDOW_MS <= nowMs) continue
    const seconds = Math.ceil((failures.sinceMs + WINDOW_MS - nowMs) / 1000)
    throw new AppError('limit_exceeded', 'Too many failed sign-ins. Wait before the next attempt.', {
      headers: { 'retry-after': String(seconds) },
    })
  }
  for (const [key] of keys) {
    const failures = counted.get(key)
    const fresh = failures === undefined || failures.sinceMs + WINDOW_MS <= nowMs
    counted.delete(key)
    counted.set(key, fresh ? { count: 1, sinceMs: nowMs } : { count: failures.count + 1, sinceMs: failures.sinceMs })
  }
  while (counted.size > MAX_ENTRIES) counted.delete(counted.keys().next().value!)
  return () => {
    counted.delete(keys[0]![0])
    for (const [key] of keys.slice(1)) {
      const failures = counted.get(key)
      if (failures) failures.count -= 1
    }
  }
}
