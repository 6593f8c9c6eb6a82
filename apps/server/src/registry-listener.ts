import { setTimeout as sleep } from 'node:timers/promises'
import { connectionConfig } from '@ensue/db'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Registry } from './registry.ts'

const RECONNECT_AFTER_MS = 500

/** Refreshes the registry whenever any process has changed what it holds; after a lost connection too, since notices were missed. */
export function listenToRegistry(connectionString: string, registry: Registry, log: Logger): { stop(): Promise<void> } {
  let stopping = false
  let client: pg.Client | undefined
  const refresh = () =>
    registry.refresh().catch((error: unknown) => log.warn({ err: error }, 'the registry could not be refreshed'))

  const loop = (async () => {
    while (!stopping) {
      const current = new pg.Client(connectionConfig(connectionString))
      client = current
      const ended = new Promise<void>((resolve) => {
        current.on('end', resolve).on('error', () => resolve())
      })
      current.on('notification', refresh)
      try {
        await current.connect()
        await current.query('listen ensue_registry')
        await refresh()
        await ended
      } catch (error) {
        log.debug({ err: error }, 'the registry listener could not connect')
      }
      await current.end().catch(() => {})
      if (!stopping) await sleep(RECONNECT_AFTER_MS)
    }
  })()

  return {
    async stop() {
      stopping = true
      await client?.end().catch(() => {})
      await loop
    },
  }
}
