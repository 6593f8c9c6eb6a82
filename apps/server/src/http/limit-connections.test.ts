import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ConnectionLimit, limitConnections, publicSource } from './limit-connections.ts'

let server: Server
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

async function listen(limit: Omit<ConnectionLimit, 'onFull'>): Promise<number[]> {
  const told: number[] = []
  server = createServer((_, response) => void response.end('ok'))
  limitConnections(server, { ...limit, onFull: (dropped) => void told.push(dropped) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return told
}

/** Whether the server answers on a new connection, which stays open. */
async function isTaken(): Promise<boolean> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  sockets.push(socket)
  const answered = Promise.withResolvers<boolean>()
  socket.on('data', () => answered.resolve(true))
  socket.on('close', () => answered.resolve(false))
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  return answered.promise
}

async function closeFirst(): Promise<void> {
  const socket = sockets.shift()!
  const before = await connections()
  socket.destroy()
  await expect.poll(connections).toBe(before - 1)
}
const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))

describe('connections', () => {
  it('are turned away when there are too many, until one closes', async () => {
    const told = await listen({ max: 3 })
    expect([await isTaken(), await isTaken(), await isTaken()]).toEqual([true, true, true])
    expect([await isTaken(), await isTaken()]).toEqual([false, false])
    expect(told).toEqual([1])
    await closeFirst()
    expect([await isTaken(), await isTaken()]).toEqual([true, false])
  })

  it('of one place are turned away when they are more than its share', async () => {
    let source = 'a'
    await listen({ max: 8, sourceOf: () => source })
    expect([await isTaken(), await isTaken(), await isTaken()]).toEqual([true, true, false])
    source = 'b'
    expect(await isTaken()).toBe(true)
    source = 'a'
    await closeFirst()
    expect([await isTaken(), await isTaken()]).toEqual([true, false])
  })

  it('of nowhere in particular have no share', async () => {
    await listen({ max: 4, sourceOf: publicSource })
    expect([await isTaken(), await isTaken(), await isTaken(), await isTaken()]).toEqual([true, true, true, true])
  })

  it('that were turned away are told once in a while', async () => {
    const told = await listen({ max: 1, everyMs: 100 })
    for (let i = 0; i < 4; i++) await isTaken()
    await expect.poll(() => told).toEqual([1, 2])
  })
})

describe('a place', () => {
  it.each([
    ['8.8.8.8', '8.8.8.8'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['2606:4700:4700:1::1111', '2606:4700:4700:1'],
    ['2606:4700::1111', '2606:4700:0:0'],
    ['2606:4700::', '2606:4700:0:0'],
    ['2606:4700:1:2:3:4:5:6', '2606:4700:1:2'],
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['10.1.2.3', undefined],
    ['fd00::1', undefined],
  ])('%s counts as %s', (address, source) => {
    server = createServer().listen(0)
    expect(publicSource(address)).toBe(source)
  })
})
