import type { StoredEvent } from '../../api/events.ts'
import type { Json, JsonObject } from '../../api/types.ts'
import { isObject } from '../../lib/json.ts'

const MAX_MEMBERS = 4

function brief(value: Json | undefined): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`
  if (isObject(value)) return brief(value.title ?? value.name ?? value.email ?? value.key ?? value.id ?? '…')
  return value === null || value === undefined ? 'nothing' : String(value)
}

/** The parameters of an event in one line: "sku 7, stock 12". */
export function paramsInWords(params: JsonObject): string {
  const members = Object.entries(params)
  const words = members.slice(0, MAX_MEMBERS).map(([name, value]) => `${name} ${brief(value)}`)
  return [...words, ...(members.length > MAX_MEMBERS ? ['…'] : [])].join(', ')
}

interface Source {
  kind: 'execution' | 'api' | 'system'
  words: string
  /** The execution that emitted it. */
  executionId?: string
  /** It was a debug run, which nobody hears. */
  debug?: true
}

/** Who emitted an event. */
export function sourceOf({ source }: Pick<StoredEvent, 'source'>): Source {
  if (!isObject(source)) return { kind: 'api', words: 'Unknown' }
  const { kind, executionId, user, role, debug } = source
  const email = isObject(user) ? user.email : undefined
  const from = typeof executionId === 'string' ? { executionId } : {}
  if (kind === 'execution') return { kind, words: 'A workflow', ...from, ...(debug === true ? { debug } : {}) }
  const who = typeof email === 'string' ? email : undefined
  if (kind === 'system') return { kind, words: who ? `System, for ${who}` : 'System', ...from }
  return { kind: 'api', words: who ?? (typeof role === 'string' ? `API, as ${role}` : 'API'), ...from }
}

export const isSystemEvent = (name: string) => name.startsWith('system.')
