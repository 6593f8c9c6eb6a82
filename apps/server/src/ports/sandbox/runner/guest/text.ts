/** `TextEncoder`, `TextDecoder` (UTF-8 only), `btoa` and `atob`, which the engine lacks. Runs in the guest. */
export function textMembers() {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const REPLACEMENT = 0xfffd

  class TextEncoder {
    readonly encoding = 'utf-8'
    encode(input: unknown = ''): Uint8Array {
      const bytes: number[] = []
      for (const char of `${input}`.toWellFormed()) {
        const code = char.codePointAt(0)!
        if (code < 0x80) bytes.push(code)
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
        else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
        else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
      }
      return new Uint8Array(bytes)
    }
  }

  /** One code point at `at`, by the table of the Encoding Standard: a broken sequence ends before the byte that breaks it. */
  function readCodePoint(bytes: Uint8Array, at: number): { code: number; next: number } {
    const lead = bytes[at]!
    if (lead < 0x80) return { code: lead, next: at + 1 }
    const more = lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0
    let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    let code = lead & (0x3f >> more)
    let next = at + 1
    for (let i = 0; i < more; i++, next++) {
      const byte = bytes[next]
      if (byte === undefined || byte < low || byte > high) return { code: -1, next }
      code = (code << 6) | (byte & 63)
      low = 0x80
      high = 0xbf
    }
    return { code: more === 0 ? -1 : code, next }
  }

  class TextDecoder {
    readonly encoding = 'utf-8'
    readonly fatal: boolean
    readonly ignoreBOM: boolean
    constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
      if (!/^\s*(unicode-1-1-)?utf-?8\s*$/i.test(`${label}`))
        throw new RangeError(`TextDecoder reads UTF-8, not ${label}.`)
      this.fatal = options.fatal === true
      this.ignoreBOM = options.ignoreBOM === true
    }
    decode(input: ArrayBuffer | ArrayBufferView = new Uint8Array()): string {
      const bytes = ArrayBuffer.isView(input)
        ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
        : new Uint8Array(input)
      let text = ''
      for (let at = 0; at < bytes.length; ) {
        const { code, next } = readCodePoint(bytes, at)
        if (code === -1 && this.fatal) throw new TypeError('The bytes are not valid UTF-8.')
        if (!(code === 0xfeff && at === 0 && !this.ignoreBOM))
          text += String.fromCodePoint(code === -1 ? REPLACEMENT : code)
        at = next
      }
      return text
    }
  }

  function btoa(input: unknown): string {
    const bytes = `${input}`
    let out = ''
    for (let at = 0; at < bytes.length; at += 3) {
      const [a, b, c] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)]
      if (a! > 255 || b! > 255 || c! > 255)
        throw new TypeError('btoa takes characters up to U+00FF; encode to UTF-8 first.')
      const bits = (a! << 16) | (b! << 8) | c!
      out += ALPHABET[bits >> 18]! + ALPHABET[(bits >> 12) & 63]!
      out += at + 1 < bytes.length ? ALPHABET[(bits >> 6) & 63]! : '='
      out += at + 2 < bytes.length ? ALPHABET[bits & 63]! : '='
    }
    return out
  }

  function atob(input: unknown): string {
    const spaceless = `${input}`.replace(/[\t\n\f\r ]/g, '')
    const encoded = spaceless.length % 4 === 0 ? spaceless.replace(/={1,2}$/, '') : spaceless
    if (encoded.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(encoded)) throw new TypeError('atob takes base64.')
    let out = ''
    let bits = 0
    let count = 0
    for (const char of encoded) {
      bits = ((bits << 6) | ALPHABET.indexOf(char)) & 0xffffff
      count += 6
      if (count >= 8) {
        count -= 8
        out += String.fromCharCode((bits >> count) & 255)
      }
    }
    return out
  }

  return { TextEncoder, TextDecoder, btoa, atob }
}
