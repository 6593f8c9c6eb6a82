import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answerUnreadable } from './unreadable-requests.ts'

let server: Server
let port: number

beforeEach(async () => {
  server = createServer((_, response) => void response.end('ok')).listen(0, '127.0.0.1')
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
