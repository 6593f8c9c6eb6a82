import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { closeHttp, serveHttp } from './serve-http.ts'

let test: TestApp
let server: Server
const sockets: Socket[] = []

beforeAll(async () => {
  test = await createTestApp({ PORT: '0', MAX_CONNECTIONS: '2' })
  server = await serveHttp(test.app, test.http)
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await closeHttp(server)
  await test.stop()
})

/** What comes back on a new connection; nothing when it is closed. */
async function send(request: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  socket.write(request)
  const [reply] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
  return reply instanceof Buffer ? reply.toString() : ''
}

it('keeps to the configured number of connections and answers requests without a host', async () => {
  expect(await send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  expect(await send('POST /api/webhooks/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n')).toMatch(/"code":"invalid_input"/)
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(1)
  expect(await send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  expect(await send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('')
})
