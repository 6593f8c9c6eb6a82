/** `structuredClone` of plain data, dates, maps, sets, regular expressions, errors, buffers and their views, cycles included.
 *  Runs in the guest. */
export function cloneMembers() {
  type View = Uint8Array | DataView
  const viewOf = Object.getPrototypeOf(Uint8Array) as { new (): Uint8Array }

  function clone(value: unknown, seen: Map<object, unknown>): unknown {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new TypeError(`A ${typeof value} can’t be cloned.`)
    if (typeof value !== 'object' || value === null) return value
    if (seen.has(value)) return seen.get(value)
    const keep = <T extends object>(copy: T): T => {
      seen.set(value, copy)
      return copy
    }
    if (value instanceof Date) return keep(new Date(value.getTime()))
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags))
    if (value instanceof ArrayBuffer) return keep(value.slice(0))
    if (value instanceof viewOf || value instanceof DataView) {
      const view = value as View
      const length = view instanceof DataView ? view.byteLength : view.length
      return keep(Reflect.construct(view.constructor, [clone(view.buffer, seen), view.byteOffset, length]) as View)
    }
    if (value instanceof Map) {
      const copy = keep(new Map<unknown, unknown>())
      for (const [key, item] of value) copy.set(clone(key, seen), clone(item, seen))
      return copy
    }
    if (value instanceof Set) {
      const copy = keep(new Set<unknown>())
      for (const item of value) copy.add(clone(item, seen))
      return copy
    }
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
      throw new TypeError('This object can’t be cloned.')
    const copy = keep<object>(
      Array.isArray(value)
        ? new Array(value.length)
        : value instanceof Error
          ? Object.assign(Object.create(Object.getPrototypeOf(value)), { message: value.message, stack: value.stack })
          : {},
    )
    for (const key of Object.keys(value))
      Object.defineProperty(copy, key, {
        value: clone((value as Record<string, unknown>)[key], seen),
        writable: true,
        enumerable: true,
        configurable: true,
      })
    return copy
  }

  return { structuredClone: (value: unknown) => clone(value, new Map()) }
}
