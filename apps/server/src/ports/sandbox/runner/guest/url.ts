/** `URL`, which the engine lacks. The runner parses; runs in the guest, after `URLSearchParams`.
 *  @param describe gives the parts as JSON, or empty text, see describe-url.ts */
export function urlMembers(
  global: object,
  describe: (text: string, base: string, member: string, value: string) => string,
) {
  type Parts = Record<string, string>
  const { parse } = JSON
  const { URLSearchParams } = global as {
    URLSearchParams: new (init: string, changed: () => void) => { toString(): string }
  }

  function read(url: unknown, base: unknown): Parts | null {
    const parts = describe(`${url}`, base === undefined ? '' : `${base}`, '', '')
    return parts === '' ? null : (parse(parts) as Parts)
  }

  class URL {
    #parts: Parts
    #params: { toString(): string } | undefined

    constructor(url: unknown, base?: unknown) {
      const parts = read(url, base)
      if (!parts) throw new TypeError(`Invalid URL: ${url}`)
      this.#parts = parts
    }

    static canParse(url: unknown, base?: unknown): boolean {
      return read(url, base) !== null
    }
    static parse(url: unknown, base?: unknown): URL | null {
      return URL.canParse(url, base) ? new URL(url, base) : null
    }

    get searchParams(): { toString(): string } {
      this.#params ??= new URLSearchParams(this.#parts.search!, () => {
        this.#set('search', `${this.#params}`)
      })
      return this.#params
    }
    part(name: string): string {
      return this.#parts[name]!
    }
    change(name: string, value: unknown): void {
      this.#set(name, `${value}`)
      this.#params = undefined
    }
    #set(name: string, value: string): void {
      const parts = describe(this.#parts.href!, '', name, value)
      if (parts !== '') this.#parts = parse(parts) as Parts
    }
    toString(): string {
      return this.#parts.href!
    }
    toJSON(): string {
      return this.#parts.href!
    }
  }

  const { part, change } = URL.prototype
  for (const name of 'href protocol username password host hostname port pathname search hash'.split(' '))
    Object.defineProperty(URL.prototype, name, {
      get(this: URL) {
        return part.call(this, name)
      },
      set(this: URL, value: unknown) {
        change.call(this, name, value)
      },
      enumerable: true,
      configurable: true,
    })
  Object.defineProperty(URL.prototype, 'origin', {
    get(this: URL) {
      return part.call(this, 'origin')
    },
    enumerable: true,
    configurable: true,
  })
  Reflect.deleteProperty(URL.prototype, 'part')
  Reflect.deleteProperty(URL.prototype, 'change')

  return { URL }
}
