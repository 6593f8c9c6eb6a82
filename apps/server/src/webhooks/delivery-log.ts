import { type Db, insertDeliveries, type NewDelivery, setDeliveryAnswer } from '@ensue/db'
import type { Masker } from '@ensue/engine'
import type { Logger } from 'pino'

/** So many of one webhook are kept in a minute; the rest is counted, so that a flood can't fill the disk. Handshakes and
 *  duplicates too: some handshakes are answered to anybody, and sending the same again takes no skill. */
const MAX_KEPT_PER_MINUTE = 300
const MINUTE_MS = 60_000
const FLUSH_AFTER_MS = 50
const FLUSHED_AT_ONCE = 200
const MAX_WAITING = 2_000

export type NothingStarted = Pick<NewDelivery, 'workflowId' | 'outcome' | 'reason'>

/** Writes the deliveries that start nothing (refused, duplicates, handshakes), after their answers were given. */
export interface DeliveryLog {
  /** @param make is called only for those that are kept, so that a flood costs a count */
  record(start: NothingStarted, make: () => NewDelivery): void
  /** An accepted delivery was answered before its run had an end. */
  answered(executionId: string, status: number, durationMs: number): void
  /** Writes what waits. */
  flush(): Promise<void>
}

interface Minute {
  startedAt: number
  kept: number
  /** How many are not kept, the first and the last of them. */
  more: number
  first?: NewDelivery
  last?: NothingStarted
}

export function createDeliveryLog(
  db: Db,
  log: Logger,
  masker: () => Masker,
  now: () => number = Date.now,
): DeliveryLog {
  const minutes = new Map<string, Minute>()
  let waiting: NewDelivery[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  /** The minute that one belongs to; the first of a new one tells how many the last one had too many. */
  function minuteOf(workflowId: string): Minute {
    const known = minutes.get(workflowId)
    if (known && now() - known.startedAt < MINUTE_MS) return known
    if (known) close(known)
    const minute = { startedAt: now(), kept: 0, more: 0 }
    minutes.set(workflowId, minute)
    return minute
  }

  function close({ first, last, more }: Minute): void {
    if (!first || !last) return
    waiting.push({
      ...first,
      body: '',
      outcome: last.outcome,
      reason: 'flood',
      message: `${more} more requests that start nothing came within a minute and are not kept; the last of them: ${last.outcome}${last.reason === null ? '' : `, ${last.reason}`}.`,
    })
  }

  function closeMinutesThatAreOver(): void {
    for (const [workflowId, minute] of minutes) {
      if (now() - minute.startedAt < MINUTE_MS) continue
      close(minute)
      minutes.delete(workflowId)
    }
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, FLUSHED_AT_ONCE)
      waiting = waiting.slice(FLUSHED_AT_ONCE)
      try {
        await insertDeliveries(db, batch, masker())
      } catch (error) {
        // Nobody was promised anything: what was refused stays refused.
        log.warn({ err: error, deliveries: batch.length }, 'refused deliveries could not be recorded')
      }
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      closeMinutesThatAreOver()
      writing = writing.then(write)
      if (minutes.size > 0) scheduleLater()
    }, FLUSH_AFTER_MS)
  }

  let later: NodeJS.Timeout | undefined
  function scheduleLater(): void {
    later ??= setTimeout(() => {
      later = undefined
      schedule()
    }, MINUTE_MS).unref()
  }

  return {
    record(nothing, make) {
      const minute = minuteOf(nothing.workflowId)
      if (minute.kept < MAX_KEPT_PER_MINUTE && waiting.length < MAX_WAITING) {
        minute.kept += 1
        waiting.push(make())
        schedule()
        return
      }
      minute.more += 1
      minute.first ??= make()
      minute.last = nothing
    },
    answered(executionId, status, durationMs) {
      writing = writing
        .then(() => setDeliveryAnswer(db, executionId, { status, durationMs }))
        .catch((error: unknown) =>
          log.warn({ err: error, executionId }, 'the answer of a delivery could not be recorded'),
        )
    },
    async flush() {
      clearTimeout(timer)
      clearTimeout(later)
      timer = later = undefined
      for (const minute of minutes.values()) close(minute)
      minutes.clear()
      writing = writing.then(write)
      await writing
    },
  }
}
