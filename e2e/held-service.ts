import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

export interface HeldService {
  url: string
  /** For `EGRESS_ALLOW`. */
  host: string
  /** How often it was called so far. */
  calls(): number
  /** Answers who waits, and from now on everybody at once. */
  release(): void
  /** Lets everybody wait again. */
  hold(): void
  stop(): Promise<void>
}

/** A service that answers when the test says so: a run that calls it is in the middle of its work until then. */
export async function startHeldService(): Promise<HeldService> {
  let calls = 0
  let isHeld = true
  let waiting: ServerResponse[] = []
  const answer = (response: ServerResponse) =>
    void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"released":true}')
  const server = createServer((request, response) => {
    calls += 1
    request.resume()
    if (isHeld) waiting.push(response)
    else answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    url: `http://${host}/`,
    host,
    calls: () => calls,
    release() {
      isHeld = false
      for (const response of waiting) answer(response)
      waiting = []
    },
    hold() {
      isHeld = true
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
