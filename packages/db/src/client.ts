import {
  CamelCasePlugin,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import { attributionOfQuery, SET_ACTOR } from './attribution.ts'
import { createBatcher } from './batcher.ts'
import { preparedName } from './prepared.ts'
import type { Database } from './schema.ts'

const { builtins } = pg.types

/** `2026-01-02 03:04:05.678901+00` → `2026-01-02T03:04:05.678Z`: instants are ISO-8601 UTC everywhere. */
function parseInstant(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?\+00$/.exec(text)
  return match ? `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z` : text
}

function parseBigint(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, parseInstant],
  [builtins.DATE, (text) => text],
  [builtins.TIMESTAMP, (text) => text],
  [builtins.INT8, parseBigint],
])

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) ||
    pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

export type Db = Kysely<Database>
export type Trx = Transaction<Database>
export type DbOrTrx = Db | Trx

export interface DatabaseClient {
  db: Db
  pool: pg.Pool
  connectionString: string
  /** Runs `work` in one transaction (read committed); BEGIN travels with the first statement.
   *  `work` may leave its last statement unawaited: it then travels with the COMMIT, and its failure fails the commit. */
  transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T>
  /** Like `transaction`, in one that works asked for in the same turn share: one BEGIN, one COMMIT, one wait for the disk.
   *  Their statements mix, so each must be right beside the others' at any point, and must bear being run again: when one of
   *  them fails, all are rolled back and each runs alone. */
  sharedTransaction<T>(work: (trx: Trx) => Promise<T>): Promise<T>
  /** Calls back after the commit of each transaction with a statement that was attributed: records may have changed that workflows listen to. */
  onAttributedCommit(listener: () => void): void
  close(): Promise<void>
}

/** Settings every connection of the product uses: UTC, own schema first, bounded statements and dead-peer detection. */
export function connectionConfig(connectionString: string): pg.ClientConfig {
  return {
    connectionString,
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    options: '-c search_path=ensue,data,public -c timezone=UTC -c idle_in_transaction_session_timeout=60000',
    application_name: 'ensue',
  }
}

const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })]

/** To whom the statements of the transaction under way on a client are attributed at the moment. */
const actors = new WeakMap<pg.ClientBase, string>()

/** A kysely connection over one pg client; its owner begins, commits and releases. */
function connectionOver(client: pg.ClientBase): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery) {
      const { sql: text } = query
      const values = query.parameters as unknown[]
      const attributed = attributionOfQuery(query)
      if (attributed && actors.get(client) !== attributed.to) {
        actors.set(client, attributed.to)
        // Should it fail, the statements after it fail as well.
        if (!attributed.told)
          client.query({ name: preparedName(SET_ACTOR), text: SET_ACTOR, values: [attributed.to] }).catch(() => {})
      }
      const name = preparedName(text)
      const result = await (name === undefined ? client.query(text, values) : client.query({ name, text, values }))
      const rows = (result.rows ?? []) as R[]
      return result.command === 'SELECT' || result.rowCount === null
        ? { rows }
        : { rows, numAffectedRows: BigInt(result.rowCount) }
    },
    streamQuery() {
      throw new Error('Streaming is not supported inside a transaction.')
    },
  } as DatabaseConnection
}

class OneConnectionDriver implements Driver {
  readonly #connection: DatabaseConnection
  constructor(client: pg.ClientBase) {
    this.#connection = connectionOver(client)
  }
  async init() {}
  async acquireConnection() {
    return this.#connection
  }
  async beginTransaction() {
    throw new Error('Already in a transaction.')
  }
  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}
  async destroy() {}
}

const kyselyOf = new WeakMap<pg.ClientBase, Trx>()

function trxOver(client: pg.ClientBase): Trx {
  let trx = kyselyOf.get(client)
  if (!trx) {
    trx = new Kysely<Database>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new OneConnectionDriver(client),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      plugins,
    }) as unknown as Trx
    kyselyOf.set(client, trx)
  }
  return trx
}

const afterCommits = new WeakMap<Trx, (() => void)[]>()

/** Calls `work` when a transaction of `DatabaseClient` has been committed; never when it is rolled back.
 *  @returns false for a transaction begun elsewhere, of whose commit nothing is known here */
export function afterCommit(trx: Trx, work: () => void): boolean {
  const works = afterCommits.get(trx)
  works?.push(work)
  return works !== undefined
}

/** Opens a pool on a database that has been migrated. */
export function connect(connectionString: string, options: { max?: number } = {}): DatabaseClient {
  const pool = new pg.Pool({
    ...connectionConfig(connectionString),
    // Statements are sent without waiting for the answers before them, so BEGIN costs no round trip.
    pipeline: true,
    max: options.max ?? 16,
    idleTimeoutMillis: 30_000,
  } as pg.PoolConfig)
  // A connection that the server closes while idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), plugins })

  const listeners: (() => void)[] = []

  async function transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken = false
    const trx = trxOver(client)
    const committed: (() => void)[] = []
    afterCommits.set(trx, committed)
    try {
      actors.delete(client)
      const begun = client.query('begin')
      begun.catch(() => {})
      const result = await work(trx)
      await begun
      const { command } = await client.query('commit')
      // A commit of a transaction in which a statement failed unnoticed is answered with ROLLBACK.
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed.')
      if (actors.has(client)) for (const listener of listeners) listener()
      for (const follow of committed) follow()
      return result
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true
      })
      throw error
    } finally {
      afterCommits.delete(trx)
      client.release(broken)
    }
  }

  const share = createBatcher<(trx: Trx) => Promise<unknown>, unknown>(
    (works) =>
      transaction(async (trx) => {
        // All must come to rest before the connection is used again, for a rollback too.
        const settled = await Promise.allSettled(works.map((work) => work(trx)))
        return settled.map((one) => {
          if (one.status === 'rejected') throw one.reason
          return one.value
        })
      }),
    // After a lost connection nobody knows whether it was committed: nothing is run again.
    { maxItems: 16, maxInFlight: 3, isFatal: isConnectionError },
  )

  return {
    db,
    pool,
    connectionString,
    transaction,
    sharedTransaction: <T>(work: (trx: Trx) => Promise<T>) => share(work) as Promise<T>,
    onAttributedCommit: (listener) => void listeners.push(listener),
    close: () => db.destroy(),
  }
}

/** Is this a fault of the connection or the server's availability, not of the statement? Such a request may be tried again. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  // Of the server: a message that it can't take, e.g. with too many parameters. Of a pooler before it: no server at the moment.
  if (code === '08P01') return severity === 'FATAL'
  if (typeof code === 'string')
    return (
      /^(08|57P0|53300|EC?ONN|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONN)/.test(code) || code === '25P03'
    )
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/.test(
    error.message,
  )
}

/** Of serialization, deadlock, a lock that was waited for in vain, resources. Not of a statement that took too long: it always may. */
const TRANSIENT_CODES = /^(40001|40P01|55P03|53...)$/

/** Is this a fault that has nothing to do with what was asked for, so that the same may go through at the next try? */
export function isTransientError(error: unknown): boolean {
  return isConnectionError(error) || TRANSIENT_CODES.test(String((error as { code?: unknown } | null)?.code))
}
