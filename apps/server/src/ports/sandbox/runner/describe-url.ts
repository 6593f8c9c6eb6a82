const MEMBERS = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const
const SETTABLE: readonly string[] = MEMBERS.filter((member) => member !== 'origin')
const MAX_CHARS = 65_536

/** The parts of a URL as JSON, after setting one of them where it is named; empty text when it is no URL.
 *  The guest has no parser of its own; text is all that comes in and goes back. */
export function describeUrl(text = '', base = '', member = '', value = ''): string {
  if (text.length + base.length + value.length > MAX_CHARS) return ''
  const url = base === '' ? URL.parse(text) : URL.parse(text, base)
  if (!url) return ''
  if (SETTABLE.includes(member)) {
    try {
      Object.assign(url, { [member]: value })
    } catch {
      return ''
    }
  }
  return JSON.stringify(Object.fromEntries(MEMBERS.map((name) => [name, url[name]])))
}
