import { once } from 'node:events'
import { createServer } from 'node:http'

export interface Deploy {
  service: string
  commit: string
  reason: string
  idempotencyKey: string
}

/** A deploy service on this machine. It is overloaded for the first request, as such services are, and takes the second. */
export async function startDeployService() {
  const token = crypto.randomUUID()
  const deploys: Deploy[] = []
  let isOverloaded = true
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const [, service] = /^\/services\/([^/]+)\/deploys$/.exec(request.url ?? '') ?? []
    const answer = (status: number, body: object, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: 'unknown token' })
    if (request.method !== 'POST' || !service) return answer(404, { error: 'no such resource' })
    if (isOverloaded) {
      isOverloaded = false
      return answer(503, { error: 'overloaded' }, { 'retry-after': '1' })
    }
    const { commit, reason } = JSON.parse(text) as { commit: string; reason: string }
    deploys.push({ service, commit, reason, idempotencyKey: String(request.headers['idempotency-key']) })
    return answer(201, { id: `deploy-${deploys.length}` })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    /** What EGRESS_ALLOW must hold for workflows to reach it. */
    host: `127.0.0.1:${port}`,
    token,
    /** What was deployed, in order. */
    deploys: deploys as readonly Deploy[],
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
