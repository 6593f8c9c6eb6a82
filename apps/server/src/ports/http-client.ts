import type { HttpClient } from '@ensue/engine'
import { NodeError } from '@ensue/engine/core'
import { Agent, request } from 'undici'

/** The outgoing HTTP of nodes: no redirects, inflated by nobody, the body cut off at its limit while it streams. */
export function createHttpClient(): HttpClient & { close(): Promise<void> } {
  const agent = new Agent({ connections: 64, connect: { timeout: 5_000 }, maxRedirections: 0 } as Agent.Options)
  return {
    async request({ method, url, headers, body, timeoutMs, maxBytes }, signal) {
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        const response = await request(url, {
          dispatcher: agent,
          method,
          headers,
          body: body === undefined ? null : 'text' in body ? body.text : Buffer.from(body.base64, 'base64'),
          signal: AbortSignal.any([signal, timeout]),
        })
        const chunks: Uint8Array[] = []
        let bytes = 0
        for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
          bytes += chunk.byteLength
          if (bytes > maxBytes)
            throw new NodeError(
              'http_too_large',
              `The response of ${method} ${hostOf(url)} is larger than ${maxBytes} bytes.`,
            )
          chunks.push(chunk)
        }
        return {
          status: response.statusCode,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : (value ?? ''),
            ]),
          ),
          body: Buffer.concat(chunks),
        }
      } catch (error) {
        if (error instanceof NodeError) throw error
        if (signal.aborted) throw signal.reason
        if (timeout.aborted)
          throw new NodeError('http_timeout', `${method} ${hostOf(url)} gave no answer within ${timeoutMs} ms.`, {
            retryable: true,
          })
        const reason = error instanceof Error ? error.message : String(error)
        throw new NodeError('http_failed', `${method} ${hostOf(url)} failed: ${reason}`, {
          retryable: true,
          cause: error,
        })
      }
    },
    close: () => agent.close(),
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}
