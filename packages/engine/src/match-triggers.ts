import type { JsonObject } from './core/json.ts'
import type { Occurrence, TriggerType } from './triggers/define-trigger.ts'
import { findTriggerType } from './triggers/index.ts'

/** The trigger of a live version of an enabled workflow. The server adds what it needs to start one. */
export interface ActiveTrigger {
  workflowKey: string
  type: string
  config: JsonObject
}

interface Entry<T> {
  trigger: T
  type: TriggerType
  config: unknown
  order: number
}

export interface TriggerIndex<T extends ActiveTrigger = ActiveTrigger> {
  /** By type, then by subject. */
  readonly entries: ReadonlyMap<string, ReadonlyMap<string, readonly Entry<T>[]>>
  /** Triggers that can't fire, with the reason: the caller must tell someone. */
  readonly broken: readonly { trigger: T; reason: string }[]
}

/** Parses each config once and files the trigger under its type and subjects, so that a match looks at candidates only. */
export function indexTriggers<T extends ActiveTrigger>(triggers: readonly T[]): TriggerIndex<T> {
  const entries = new Map<string, Map<string, Entry<T>[]>>()
  const broken: { trigger: T; reason: string }[] = []
  triggers.forEach((trigger, order) => {
    const type = findTriggerType(trigger.type)
    if (!type) {
      broken.push({ trigger, reason: `There is no trigger type "${trigger.type}".` })
      return
    }
    const parsed = type.config.safeParse(trigger.config)
    if (!parsed.success) {
      broken.push({ trigger, reason: parsed.error.message })
      return
    }
    const bySubject = entries.getOrInsertComputed(trigger.type, () => new Map<string, Entry<T>[]>())
    const entry = { trigger, type, config: parsed.data, order }
    for (const subject of new Set(type.subjects(parsed.data, trigger.workflowKey)))
      bySubject.getOrInsertComputed(subject, () => []).push(entry)
  })
  return { entries, broken }
}

/** The triggers that an occurrence fires, in the order they were listed. Pass an index where the list is used more than once. */
export function matchTriggers<T extends ActiveTrigger>(
  triggers: readonly T[] | TriggerIndex<T>,
  occurrence: Occurrence,
): T[] {
  const index = 'broken' in triggers ? triggers : indexTriggers(triggers)
  const bySubject = index.entries.get(occurrence.type)
  if (!bySubject) return []
  const named = bySubject.get(occurrence.subject) ?? []
  const any = occurrence.subject === '*' ? [] : (bySubject.get('*') ?? [])
  const candidates = any.length === 0 ? named : [...new Set([...named, ...any])].sort((a, b) => a.order - b.order)
  return candidates
    .filter(({ type, config }) => type.matches?.(config, occurrence) ?? true)
    .map(({ trigger }) => trigger)
}
