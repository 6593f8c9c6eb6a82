/** `URLSearchParams`, which the engine lacks. Runs in the guest. */
export function searchParamsMembers() {
  const UTF8_REPLACED = /%[0-9a-f]{2}/gi

  function decode(text: string): string {
    const spaced = text.replaceAll('+', ' ')
    try {
      return decodeURIComponent(spaced.replace(/%(?![0-9a-f]{2})/gi, '%25'))
    } catch {
      // Bytes that are no UTF-8.
      return spaced.replace(UTF8_REPLACED, (byte) =>
        Number.parseInt(byte.slice(1), 16) < 0x80 ? decodeURIComponent(byte) : '\uFFFD',
      )
    }
  }

  const ESCAPED: Record<string, string> = { '!': '%21', "'": '%27', '(': '%28', ')': '%29', '~': '%7E', '%20': '+' }
  function encode(text: string): string {
    return encodeURIComponent(text.toWellFormed()).replace(/[!'()~]|%20/g, (char) => ESCAPED[char]!)
  }

  class URLSearchParams {
    #pairs: [string, string][] = []
    /** Of the URL that the parameters are part of. */
    #changed: () => void

    constructor(init: unknown = '', changed: () => void = () => {}) {
      this.#changed = changed
      if (typeof init === 'object' && init !== null) {
        const entries = Symbol.iterator in init ? (init as Iterable<[unknown, unknown]>) : Object.entries(init)
        for (const [name, value] of entries) this.#pairs.push([`${name}`, `${value}`])
      } else {
        for (const pair of `${init}`.replace(/^\?/, '').split('&')) {
          if (pair === '') continue
          const at = pair.indexOf('=')
          this.#pairs.push(at === -1 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))])
        }
      }
    }

    get size(): number {
      return this.#pairs.length
    }
    get(name: string): string | null {
      return this.#pairs.find(([key]) => key === `${name}`)?.[1] ?? null
    }
    getAll(name: string): string[] {
      return this.#pairs.filter(([key]) => key === `${name}`).map(([, value]) => value)
    }
    has(name: string, value?: string): boolean {
      return this.#pairs.some(([key, item]) => key === `${name}` && (value === undefined || item === `${value}`))
    }
    append(name: string, value: string): void {
      this.#pairs.push([`${name}`, `${value}`])
      this.#changed()
    }
    set(name: string, value: string): void {
      const at = this.#pairs.findIndex(([key]) => key === `${name}`)
      if (at === -1) this.#pairs.push([`${name}`, `${value}`])
      else {
        this.#pairs[at] = [`${name}`, `${value}`]
        this.#pairs = this.#pairs.filter(([key], index) => index <= at || key !== `${name}`)
      }
      this.#changed()
    }
    delete(name: string, value?: string): void {
      this.#pairs = this.#pairs.filter(
        ([key, item]) => key !== `${name}` || (value !== undefined && item !== `${value}`),
      )
      this.#changed()
    }
    sort(): void {
      this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      this.#changed()
    }
    forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void {
      for (const [name, value] of this.#pairs) callback(value, name, this)
    }
    *entries(): Generator<[string, string]> {
      for (const [name, value] of this.#pairs) yield [name, value]
    }
    *keys(): Generator<string> {
      for (const [name] of this.#pairs) yield name
    }
    *values(): Generator<string> {
      for (const [, value] of this.#pairs) yield value
    }
    [Symbol.iterator](): Generator<[string, string]> {
      return this.entries()
    }
    toString(): string {
      return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
    }
  }

  return { URLSearchParams }
}
