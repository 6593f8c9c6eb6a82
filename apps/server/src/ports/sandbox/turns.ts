/** A queue in which owners take turns: one that asks for much waits for itself only. */
export interface Turns<Item extends { owner: string }> {
  size(): number
  /** How many of an owner wait. */
  sizeOf(owner: string): number
  add(item: Item): void
  /** Before everything else. */
  addFirst(item: Item): void
  /** The next item of the owner whose turn it is, of those that `may` have one. */
  take(may: (owner: string) => boolean): Item | undefined
  remove(item: Item): void
  /** Empties the queue. */
  drain(): Item[]
}

export function createTurns<Item extends { owner: string }>(): Turns<Item> {
  // In the order of turns: an owner that had one goes to the end.
  const queues = new Map<string, Item[]>()
  const first: Item[] = []
  let size = 0

  return {
    size: () => size,
    sizeOf: (owner) => queues.get(owner)?.length ?? 0,
    add(item) {
      size += 1
      const queue = queues.get(item.owner)
      if (queue) queue.push(item)
      else queues.set(item.owner, [item])
    },
    addFirst(item) {
      size += 1
      first.push(item)
    },
    take(may) {
      const urgent = first.shift()
      if (urgent) {
        size -= 1
        return urgent
      }
      for (const [owner, queue] of queues) {
        if (!may(owner)) continue
        queues.delete(owner)
        const item = queue.shift()!
        if (queue.length > 0) queues.set(owner, queue)
        size -= 1
        return item
      }
      return undefined
    },
    remove(item) {
      for (const queue of [first, queues.get(item.owner) ?? []]) {
        const at = queue.indexOf(item)
        if (at === -1) continue
        queue.splice(at, 1)
        size -= 1
        if (queue !== first && queue.length === 0) queues.delete(item.owner)
      }
    },
    drain() {
      const items = [...first, ...[...queues.values()].flat()]
      first.length = 0
      queues.clear()
      size = 0
      return items
    },
  }
}
