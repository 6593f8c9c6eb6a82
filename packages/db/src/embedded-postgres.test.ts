import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { makeTestFolder } from './testing/test-cluster.ts'

const HOLDER = path.join(import.meta.dirname, 'testing/hold-embedded-postgres.ts')

let home: string
let folder: string
let servers: EmbeddedPostgres[]
let holders: ChildProcess[]

beforeEach(async () => {
  home = await makeTestFolder()
  folder = path.join(home, 'postgres')
  servers = []
  holders = []
})
afterEach(async () => {
  for (const holder of holders) await kill(holder)
  for (const server of [...servers]) await stop(server)
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(folder)
  servers.push(server)
  return server
}

async function stop(server: EmbeddedPostgres): Promise<void> {
  servers = servers.filter((other) => other !== server)
  await server.stop()
}

/** In a process of its own, as another Ensue server. */
async function startHolder(): Promise<{ holder: ChildProcess; connectionString: string }> {
  const holder = spawn(process.execPath, [HOLDER, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  holders.push(holder)
  const [line] = await once(holder.stdout, 'data')
  return { holder, connectionString: String(line).trim() }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString }).on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const keepNote = (connectionString: string) => query(connectionString, `create table note as select 'kept' as text`)
const readNotes = (connectionString: string) => query(connectionString, 'select text from note')
const KEPT = [{ text: 'kept' }]

const pidFile = () => path.join(folder, 'data/postmaster.pid')
const postmasterPid = async () => Number((await readFile(pidFile(), 'utf8')).split('\n')[0])

test('what is written is there after a stop and a start', async () => {
  const first = await start()
  expect(first.adopted).toBe(false)
  await keepNote(first.connectionString)
  await stop(first)
  await expect(readNotes(first.connectionString)).rejects.toThrow()

  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await readNotes(second.connectionString)).toEqual(KEPT)
})

test('a folder in use by another server is refused, which says by whom; the other one goes on', async () => {
  const { holder, connectionString } = await startHolder()
  await keepNote(connectionString)
  await expect(start()).rejects.toThrow(`is in use by another Ensue server (process ${holder.pid})`)
  expect(await readNotes(connectionString)).toEqual(KEPT)
})

describe('after a kill -9', () => {
  test('of the owner, the server it left running is taken over', async () => {
    const { holder, connectionString } = await startHolder()
    await keepNote(connectionString)
    await kill(holder)

    const server = await start()
    expect(server.adopted).toBe(true)
    expect(await readNotes(server.connectionString)).toEqual(KEPT)
    // Ours now: it ends with us.
    await stop(server)
    await expect(readNotes(server.connectionString)).rejects.toThrow()
  })

  test('of the owner and of PostgreSQL, a new one starts on the same data', async () => {
    const { holder, connectionString } = await startHolder()
    await keepNote(connectionString)
    const pid = await postmasterPid()
    holder.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    await kill(holder)
    // While it is going it may still accept connections, only to reset them.
    await expect.poll(() => readNotes(connectionString).catch((error) => error.code)).toBe('ECONNREFUSED')

    const server = await start()
    expect(server.adopted).toBe(false)
    expect(await readNotes(server.connectionString)).toEqual(KEPT)
  })

  test('of PostgreSQL while in use, it is started again under the same address', async () => {
    const server = await start()
    await keepNote(server.connectionString)
    const killed = await postmasterPid()
    process.kill(killed, 'SIGKILL')

    await expect
      .poll(() => readNotes(server.connectionString).catch((error: Error) => error.message), { timeout: 15_000 })
      .toEqual(KEPT)
    expect(await postmasterPid()).not.toBe(killed)
    await stop(server)
    await expect(readNotes(server.connectionString)).rejects.toThrow()
  })
})

test('a postmaster.pid whose pid belongs to another program by now is stale', async () => {
  const first = await start()
  await keepNote(first.connectionString)
  const lines = (await readFile(pidFile(), 'utf8')).split('\n')
  await stop(first)
  // This process is alive and no PostgreSQL.
  await writeFile(pidFile(), [process.pid, ...lines.slice(1)].join('\n'))

  const server = await start()
  expect(server.adopted).toBe(false)
  expect(await postmasterPid()).not.toBe(process.pid)
  expect(await readNotes(server.connectionString)).toEqual(KEPT)
})
