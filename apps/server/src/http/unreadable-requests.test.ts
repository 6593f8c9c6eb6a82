import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answerUnreadable, requireHost } from './unreadable-requests.ts'

let server: Server
let port: number

beforeEach(async () => {
  const listener = requireHost((_, response) => void response.end('ok'))
  server = createServer({ requireHostHeader: false }, listener).listen(0, '127.0.0.1')
  answerUnreadable(server)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => void server.close())

async function open() {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

it('takes a connection that breaks off after an answer as the end of it', async () => {
  const broken = once(server, 'clientError')
  const socket = await open()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'data')
  socket.resetAndDestroy()
  await broken
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('ok')
})

it('answers what is no HTTP', async () => {
  const socket = await open()
  socket.write('hello\r\n\r\n')
  const [reply] = await once(socket, 'data')
  expect(String(reply)).toContain('HTTP/1.1 400 Bad Request')
})

it.each([
  ['no Host', 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400],
  ['two of them', 'GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n', 400],
  ['one Host', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 200],
  ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 200],
])('answers a request with %s', async (_, request, status) => {
  const socket = await open()
  let reply = ''
  socket.on('data', (part) => {
    reply += part
  })
  socket.end(request)
  await once(socket, 'close')
  expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  if (status === 200) return
  const [head, body] = reply.split('\r\n\r\n')
  expect(head).toMatch(/connection: close/i)
  expect(JSON.parse(body!)).toMatchObject({
    errors: [{ code: 'invalid_input', message: expect.stringMatching(/Host/) }],
  })
})
