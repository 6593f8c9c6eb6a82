import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { migrate } from '@ensue/db'
import { startEmbeddedPostgres } from '@ensue/db/embedded-postgres'
import type { Logger } from 'pino'
import { createHttpApp } from './app.ts'
import { ensureAdmin } from './auth/ensure-admin.ts'
import type { Config } from './config.ts'
import { createApp } from './create-app.ts'
import { closeHttp, serveHttp } from './http/serve-http.ts'

export interface RunningServer {
  url: string
  /** Finishes the requests and runs under way, then stops everything it has started. */
  stop(): Promise<void>
}

/** Starts one process of the product in its role: database, schema, first admin, runner, HTTP.
 *  @throws Error with a sentence for the operator */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config.dataDir) : undefined
  try {
    const connectionString = embedded?.connectionString ?? config.databaseUrl!
    await migrate(connectionString)
    const running = await createApp(config, connectionString, log)
    const admin = await ensureAdmin(running.app)
    const server = await serveHttp(running.app, createHttpApp(running.app))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : config.port
    const url = `${config.tls ? 'https' : 'http'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    announce(url, admin)
    // Not before: the start is not to wait for processes that may not be needed.
    running.sandbox.pool.warm()
    return {
      url,
      async stop() {
        running.endStreams()
        await closeHttp(server)
        await running.stop()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop().catch(() => {})
    throw error
  }
}

async function startEmbedded(dataDir: string) {
  await mkdir(dataDir, { recursive: true })
  return startEmbeddedPostgres(path.join(dataDir, 'postgres'))
}

function announce(url: string, admin: { email: string; password?: string }): void {
  const lines = ['', `  Ensue runs at ${url}`]
  if (admin.password)
    lines.push(`  Sign in as ${admin.email} with the password ${admin.password} (shown only this once)`)
  process.stdout.write(`${lines.join('\n')}\n\n`)
}
