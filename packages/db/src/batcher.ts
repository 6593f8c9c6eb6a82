/** Joins what concurrent callers ask for into shared statements: what is added while one is on its way goes with the next.
 *  A batch that fails as a whole is tried item by item, so that one bad row harms only its own caller. */
export function createBatcher<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  options: { maxItems: number; maxInFlight: number; isFatal: (error: unknown) => boolean },
): (item: Item) => Promise<Result> {
  interface Entry {
    item: Item
    resolve: (result: Result) => void
    reject: (error: unknown) => void
  }
  const waiting: Entry[] = []
  let inFlight = 0
  let scheduled = false

  function schedule(): void {
    if (scheduled || waiting.length === 0 || inFlight >= options.maxInFlight) return
    scheduled = true
    // After the I/O callbacks of this turn: requests that arrived together share a statement.
    setImmediate(() => {
      scheduled = false
      if (waiting.length === 0) return
      const batch = waiting.splice(0, options.maxItems)
      inFlight += 1
      void flush(batch).finally(() => {
        inFlight -= 1
        schedule()
      })
      schedule()
    })
  }

  async function flush(batch: Entry[]): Promise<void> {
    try {
      const results = await run(batch.map((entry) => entry.item))
      for (let i = 0; i < batch.length; i++) batch[i]!.resolve(results[i]!)
    } catch (error) {
      if (batch.length === 1 || options.isFatal(error)) for (const entry of batch) entry.reject(error)
      else for (const entry of batch) await flush([entry])
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      schedule()
    })
}
