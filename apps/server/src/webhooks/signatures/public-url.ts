/** The URL as the sender wrote it. `configured` is the whole URL, or only its origin with the path taken from the request. */
export function publicUrlOf(configured: string, requestUrl: string): string {
  const [origin] = /^https?:\/\/[^/?#]+(?=\/?$)/.exec(configured) ?? []
  if (origin !== undefined) return origin + requestUrl
  const question = requestUrl.indexOf('?')
  return configured.includes('?') || question < 0 ? configured : configured + requestUrl.slice(question)
}
