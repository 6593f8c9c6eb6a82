import { SANDBOX_LIMITS } from './protocol.ts'

const { maxLogLines, maxLogChars, maxLogLineChars } = SANDBOX_LIMITS

/** Keeps the beginning of what is written, within bounds. */
export function createLog(): { lines: readonly string[]; write(line: string): void } {
  const lines: string[] = []
  let left: number = maxLogChars
  return {
    lines,
    write(line) {
      if (left <= 0 || lines.length > maxLogLines) return
      const kept = line.length > maxLogLineChars ? `${line.slice(0, maxLogLineChars)}…` : line
      left -= kept.length
      lines.push(left <= 0 || lines.length === maxLogLines ? 'The rest of the output was left out.' : kept)
    },
  }
}
