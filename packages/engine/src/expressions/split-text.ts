/** Text cut at its expressions; `closed` is false when the last `{{` has no `}}`. */
export interface SplitText {
  parts: ({ text: string } | { source: string })[]
  closed: boolean
}

export function splitText(text: string): SplitText {
  const parts: SplitText['parts'] = []
  let position = 0
  while (position < text.length) {
    const open = text.indexOf('{{', position)
    if (open === -1) break
    if (open > position) parts.push({ text: text.slice(position, open) })
    const close = findClose(text, open + 2)
    if (close === -1) return { parts, closed: false }
    parts.push({ source: text.slice(open + 2, close).trim() })
    position = close + 2
  }
  if (position < text.length) parts.push({ text: text.slice(position) })
  return { parts, closed: true }
}

// `}}` inside a string, a quoted name or an object constructor isn't the end. A quote in a regular expression upsets the
// count; then the first `}}` is taken.
function findClose(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const char = text[i]!
    if (char === '{') depth++
    else if (char === '}') {
      if (depth === 0 && text[i + 1] === '}') return i
      depth = Math.max(0, depth - 1)
    } else if (char === '"' || char === "'" || char === '`') {
      const end = findQuote(text, i + 1, char)
      if (end === -1) break
      i = end
    }
  }
  return text.indexOf('}}', from)
}

function findQuote(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\' && quote !== '`') i++
    else if (text[i] === quote) return i
  }
  return -1
}
