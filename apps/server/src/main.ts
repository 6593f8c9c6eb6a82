import { pino } from 'pino'
import { readConfig } from './config.ts'
import { createLog } from './log.ts'
import { startServer } from './start-server.ts'

const log = createLog(process.env.LOG_LEVEL ?? 'info', pino.destination({ sync: false }))

process.on('unhandledRejection', (error) => {
  log.fatal({ err: error }, 'unhandled rejection')
  log.flush(() => process.exit(1))
})

try {
  const server = await startServer(readConfig(process.env), log)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second Ctrl-C means now.
      if (stopping) process.exit(130)
      stopping = true
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the stop failed')
          process.exit(1)
        },
      )
    })
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`\nEnsue could not start.\n${message}\n`)
  if (log.isLevelEnabled('debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
}
