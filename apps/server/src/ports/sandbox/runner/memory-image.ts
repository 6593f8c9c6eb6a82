const PAGE_BYTES = 65_536
const EMPTY = Buffer.alloc(PAGE_BYTES)

/** What a WebAssembly memory holds at one moment. Pages that are empty take no room. */
export interface MemoryImage {
  /** Puts every byte back, and touches only pages that have changed.
   *  @returns false when the memory has grown meanwhile, which nothing takes back */
  restore(): boolean
}

export function takeImage(memory: WebAssembly.Memory): MemoryImage {
  const { buffer } = memory
  const pages: { live: Buffer; image: Buffer }[] = []
  for (let start = 0; start < buffer.byteLength; start += PAGE_BYTES) {
    const live = Buffer.from(buffer, start, PAGE_BYTES)
    pages.push({ live, image: live.equals(EMPTY) ? EMPTY : Buffer.from(live) })
  }
  return {
    restore() {
      // Growing makes a new buffer and empties the old one.
      if (memory.buffer !== buffer) return false
      for (const { live, image } of pages) if (!live.equals(image)) live.set(image)
      return true
    },
  }
}
