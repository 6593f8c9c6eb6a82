/** Puts globals in place that are compiled when one is first read: most code reads none of them. Runs in the guest.
 *  @param sources text of a function that gives the members, by their names
 *  @param args what the functions get */
export function installLazily(global: object, sources: Record<string, string>, ...args: unknown[]): void {
  const { assign, defineProperty, keys } = Object
  const { apply } = Reflect
  const Compile = Function

  function install(names: string[], source: string): void {
    const pending = new Set(names)
    const put = (name: string, value: unknown) => {
      pending.delete(name)
      defineProperty(global, name, { value, writable: true, enumerable: false, configurable: true })
    }
    const putAll = () => {
      const make = Compile(`"use strict";return (${source})`)() as () => Record<string, unknown>
      const members = assign({}, apply(make, undefined, args))
      // What the code has replaced stays replaced.
      for (const name of [...pending]) put(name, members[name])
    }
    for (const name of names)
      defineProperty(global, name, {
        get() {
          putAll()
          return (global as Record<string, unknown>)[name]
        },
        set: (value) => put(name, value),
        enumerable: false,
        configurable: true,
      })
  }

  for (const names of keys(sources)) install(names.split(' '), sources[names]!)
}
