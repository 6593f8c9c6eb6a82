import { SYSTEM_EVENTS, visitNodes } from '@ensue/engine'
import type { Snapshot } from '../registry.ts'
import type { EventType } from './schemas.ts'

/** Every event that is declared, emitted or listened to by live workflows, and those of the system; by name. */
export function describeEventTypes({ eventTypes, workflows }: Snapshot): Map<string, EventType> {
  const found = new Map<string, EventType>()
  const entry = (name: string): EventType =>
    found.getOrInsertComputed(name, () => {
      const builtIn = SYSTEM_EVENTS.get(name)
      const declared = eventTypes.get(name)
      const { title = null, description = null, schema = null } = builtIn ?? declared ?? {}
      const facts = { name, title, description, schema, builtIn: builtIn !== undefined }
      return { ...facts, declared: (builtIn ?? declared) !== undefined, emitters: [], listeners: [] }
    })
  for (const name of [...SYSTEM_EVENTS.keys(), ...eventTypes.keys()]) entry(name)
  for (const { key: workflow, title, enabled, live } of workflows.values()) {
    if (!live) continue
    const { trigger, nodes } = live.definition
    if (trigger.type === 'event')
      for (const name of new Set([trigger.config.events].flat()))
        if (typeof name === 'string') entry(name).listeners.push({ workflow, title, enabled })
    visitNodes(nodes, (node) => {
      const { name } = node.config
      if (node.type === 'event.emit' && !node.disabled && typeof name === 'string' && !name.includes('{{'))
        entry(name).emitters.push({ workflow, title, node: node.key })
    })
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
