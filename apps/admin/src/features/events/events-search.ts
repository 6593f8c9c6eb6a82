export interface EventsSearch {
  tab?: 'catalogue'
  /** Only events of this name. */
  name?: string
  /** The event whose details are open. */
  id?: string
}

export function readEventsSearch({ tab, name, id }: Record<string, unknown>): EventsSearch {
  return {
    ...(tab === 'catalogue' ? { tab } : {}),
    ...(typeof name === 'string' && name ? { name } : {}),
    ...(typeof id === 'string' && id ? { id } : {}),
  }
}
