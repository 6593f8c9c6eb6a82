/** Lower case as PostgreSQL's builtin C.UTF-8 does it for ILIKE: one code point becomes one. */
export function foldCase(text: string): string {
  let folded = ''
  for (const character of text) {
    const lower = character.toLowerCase()
    folded += [...lower].length === 1 ? lower : character
  }
  return folded
}

/** Negative, zero or positive, in the order of code points, which is that of UTF-8's bytes. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Text that LIKE takes literally. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

type Token = { any: true } | { one: true } | { character: string }

function tokensOf(pattern: string): Token[] | undefined {
  const characters = [...pattern]
  const tokens: Token[] = []
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!
    if (character === '%') tokens.push({ any: true })
    else if (character === '_') tokens.push({ one: true })
    else if (character !== '\\') tokens.push({ character })
    else {
      const quoted = characters[++i]
      if (quoted === undefined) return undefined
      tokens.push({ character: quoted })
    }
  }
  return tokens
}

/** Does the pattern end in the middle of an escape? PostgreSQL refuses such a one. */
export function isLikePattern(pattern: string): boolean {
  return tokensOf(pattern) !== undefined
}

/** SQL LIKE. Time grows with pattern × text at most: no regular expression, which could backtrack for ever. */
export function isLike(text: string, pattern: string): boolean {
  const characters = [...text]
  const tokens = tokensOf(pattern) ?? []
  let at = 0
  let token = 0
  // Where to go on after the last `%`, should what follows it not match here.
  let retry: { at: number; token: number } | undefined
  while (at < characters.length) {
    const next = tokens[token]
    if (next && 'any' in next) {
      token += 1
      retry = { at, token }
    } else if (next && ('one' in next || next.character === characters[at])) {
      at += 1
      token += 1
    } else if (retry) {
      retry.at += 1
      at = retry.at
      token = retry.token
    } else return false
  }
  while (token < tokens.length && 'any' in tokens[token]!) token += 1
  return token === tokens.length
}
