/** `console`, whose lines go to the node run's log. Runs in the guest. */
export function installConsole(global: object, write: (line: string) => void): void {
  const MAX_LINES = 501
  const MAX_LINE_CHARS = 4_097
  const { stringify } = JSON
  const text = String
  const slice = Function.prototype.call.bind(String.prototype.slice) as (
    text: string,
    from: number,
    to: number,
  ) => string
  const replaceAll = Function.prototype.call.bind(String.prototype.replaceAll) as (
    text: string,
    from: string,
    to: string,
  ) => string
  let lines = 0

  function show(value: unknown): string {
    if (typeof value === 'string') return value
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'function') return `[function ${value.name}]`
    if (typeof value !== 'object' || value === null) return text(value)
    try {
      if (value instanceof Error) return `${value.name}: ${value.message}`
      return stringify(value) ?? text(value)
    } catch {
      return '[object]'
    }
  }

  function log(prefix: string): (...values: unknown[]) => void {
    return (...values) => {
      if (lines >= MAX_LINES) return
      lines += 1
      let line = prefix
      for (let i = 0; i < values.length && line.length < MAX_LINE_CHARS; i++)
        line += (i > 0 ? ' ' : '') + show(values[i])
      // The host would take U+0000 for the end.
      write(replaceAll(slice(line, 0, MAX_LINE_CHARS), '\0', '\uFFFD'))
    }
  }

  const info = log('')
  Object.assign(global, {
    console: { log: info, info, debug: info, warn: log('warning: '), error: log('error: ') },
  })
}
