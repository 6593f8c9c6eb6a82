import { randomUUID } from 'node:crypto'
import { accessSync, constants, existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type {} from 'vitest'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { migrate } from '../migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    adminUrl: string
  }
}

const PREFIX = 'ensue-test-'
const TEMPLATE = 'ensue_template'

export interface TestDb {
  connectionString: string
  drop(): Promise<void>
}

export interface TestCluster {
  /** Of the database `postgres`, from which others are made. */
  adminUrl: string
  /** A database of its own, migrated and empty. */
  createDb(): Promise<TestDb>
  stop(): Promise<void>
}

/** A PostgreSQL that forgets: in memory where there is /dev/shm, without waiting for the disk. Holds a migrated template. With
 *  TEST_DATABASE_URL, of the database `postgres`, it is the server there. */
export async function startTestCluster(): Promise<TestCluster> {
  const adminUrl = process.env.TEST_DATABASE_URL
  if (adminUrl) {
    await dropDatabase(adminUrl, TEMPLATE)
    await createTemplate(adminUrl)
    return { adminUrl, createDb: () => createDb(adminUrl), stop: () => dropDatabase(adminUrl, TEMPLATE) }
  }
  await removeLeftovers(baseFolder())
  const folder = await makeTestFolder()
  const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'), {
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  })
  await createTemplate(postgres.connectionString)
  return {
    adminUrl: postgres.connectionString,
    createDb: () => createDb(postgres.connectionString),
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createTemplate(adminUrl: string): Promise<void> {
  await query(adminUrl, `create database ${TEMPLATE}`)
  await migrate(databaseUrl(adminUrl, TEMPLATE))
}

export async function createDb(adminUrl: string): Promise<TestDb> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  return {
    connectionString: await cloneTemplate(adminUrl, name),
    drop: () => dropDatabase(adminUrl, name),
  }
}

/** For a server in `<folder>/postgres`; removed by a later run if this process is killed. */
export async function makeTestFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(baseFolder(), `${PREFIX}${process.pid}-`))
  // As root, PostgreSQL runs under another account, which must be able to pass.
  await chmod(folder, 0o755)
  return folder
}

/** Clones the migrated template: about 15 ms. */
export async function cloneTemplate(adminUrl: string, name: string): Promise<string> {
  await query(adminUrl, `create database "${name}" template ${TEMPLATE}`)
  return databaseUrl(adminUrl, name)
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await query(adminUrl, `drop database if exists "${name}" with (force)`)
}

export function databaseUrl(adminUrl: string, name: string): string {
  return adminUrl.replace('/postgres?', `/${name}?`).replace(/\/postgres$/, `/${name}`)
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** Folders of test runs that were killed: their process is gone. */
async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (!name.startsWith(PREFIX) || isAlive(Number(name.slice(PREFIX.length).split('-')[0]))) continue
    const folder = path.join(base, name)
    const postgres = path.join(folder, 'postgres')
    // Takes over a server that may still run there, and stops it.
    if (existsSync(path.join(postgres, 'data/postmaster.pid')))
      await startEmbeddedPostgres(postgres)
        .then((server) => server.stop())
        .catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const baseFolder = (): string => (writable('/dev/shm') ? '/dev/shm' : tmpdir())

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
