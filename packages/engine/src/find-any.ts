/** Letters that are compared at once. */
const GRAM = 4

interface Candidate {
  needle: string
  /** Where in the needle the letters stand. */
  offset: number
}

/** Makes the question whether a text holds any of the needles. One pass whatever their number, over every n-th letter only:
 *  wherever a needle stands, one of its first n groups of letters is looked at.
 *  @param needles none shorter than 4 letters */
export function createFinder(needles: readonly string[]): (text: string) => boolean {
  if (needles.length === 0) return () => false
  const stride = Math.min(...needles.map((needle) => needle.length)) - GRAM + 1
  const candidates = new Map<number, Candidate[]>()
  for (const needle of needles)
    for (let offset = 0; offset < stride; offset++) {
      const key = gramAt(needle, offset)
      const others = candidates.get(key)
      if (others) others.push({ needle, offset })
      else candidates.set(key, [{ needle, offset }])
    }

  return (text) => {
    const last = text.length - GRAM
    for (let at = 0; at <= last; at += stride) {
      const found = candidates.get(gramAt(text, at))
      if (found?.some(({ needle, offset }) => at >= offset && text.startsWith(needle, at - offset))) return true
    }
    return false
  }
}

/** Four letters as one number; others may have the same. */
function gramAt(text: string, at: number): number {
  return (
    text.charCodeAt(at) ^
    (text.charCodeAt(at + 1) << 8) ^
    (text.charCodeAt(at + 2) << 16) ^
    (text.charCodeAt(at + 3) << 24)
  )
}
