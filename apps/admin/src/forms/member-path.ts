/** `a.b`, with backquotes around what isn't a plain name in JSONata. */
export function member(path: string, name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `${path}.${name}` : `${path}.\`${name}\``
}
