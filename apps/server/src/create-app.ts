import { connect, createExecutionStore } from '@ensue/db'
import type { Ports } from '@ensue/engine'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { App } from './context.ts'
import { createRuns } from './executions/create-runs.ts'
import { createExecutor, type Executor } from './executions/executor.ts'
import { createFollowUps } from './executions/follow-ups.ts'
import { createGate } from './executions/gate.ts'
import { createPace } from './executions/pace.ts'
import { type RunnerIdentity, registerRunner } from './executions/runner-identity.ts'
import { createWorkflowVersions } from './executions/workflow-versions.ts'
import { createWaker } from './jobs/enqueue.ts'
import { runExecutionsJob } from './jobs/handlers/run-executions.ts'
import { startHousekeeping } from './jobs/housekeeping.ts'
import { superviseWorker, type Worker } from './jobs/worker.ts'
import { maskLog } from './log.ts'
import { createEgressGuard } from './ports/egress/egress-guard.ts'
import { createEvents } from './ports/events.ts'
import { createHttpClient } from './ports/http-client.ts'
import { createMailer } from './ports/mailer.ts'
import { createNotifications } from './ports/notifications.ts'
import { createRecordsPort } from './ports/records.ts'
import { createSandbox, type RunningSandbox } from './ports/sandbox/create-sandbox.ts'
import { systemClock } from './ports/system-clock.ts'
import { createWorkflows } from './ports/workflows.ts'
import { createRegistry } from './registry.ts'
import { listenToRegistry } from './registry-listener.ts'
import { createSecretBox } from './secrets/secret-box.ts'
import { unlockSecrets } from './secrets/unlock-secrets.ts'
import { createDeliveryLog } from './webhooks/delivery-log.ts'

/** The parts of a running process that only its start and stop know of. */
export interface RunningApp {
  app: App
  executor: Executor
  identity: RunnerIdentity
  worker: Worker | undefined
  sandbox: RunningSandbox
  /** Ends what would otherwise last as long as its reader wants; before the HTTP server is closed. */
  endStreams(): void
  /** Drains the runs, hands back the rest and closes every connection. */
  stop(): Promise<void>
}

/** Builds one process's app on a migrated database and, unless its role is `http`, starts running executions. */
export async function createApp(config: Config, connectionString: string, log: Logger): Promise<RunningApp> {
  const guard = createEgressGuard(config.egressAllow)
  const client = connect(connectionString)
  // Before anything else is opened: with a wrong key the process ends here.
  const cipher = await unlockSecrets(client.db, config, log).catch(async (error: unknown) => {
    await client.close()
    throw error
  })
  const registry = await createRegistry(client.db)
  const secrets = createSecretBox(cipher, registry, log)
  const masker = () => secrets.current().masker
  maskLog(log, masker)
  const identity = await registerRunner(connectionString, config.role, log)
  const mailer = createMailer()
  const http = createHttpClient(guard)
  const sandbox = createSandbox(log)
  const store = createExecutionStore(client, masker)
  const deliveries = createDeliveryLog(client.db, log, masker)
  const stopping = new AbortController()
  const app: App = {
    config,
    log,
    client,
    registry,
    secrets,
    deliveries,
    runs: undefined as never,
    ports: undefined as never,
    pace: createPace(),
    stopping: stopping.signal,
  }
  const portsOver = (trx: Parameters<typeof createRecordsPort>[1]): Ports => ({
    records: createRecordsPort(app, trx),
    events: createEvents(app),
    workflows: createWorkflows(app),
    http,
    mailer,
    notifications: createNotifications(masker),
    clock: systemClock,
    sandbox,
    env: () => registry.current().variables,
    secrets: secrets.current,
  })
  app.ports = portsOver(client.db)
  const gate = createGate({ client, limits: () => registry.current().limits, onTime: () => executor.kick() })
  const executor: Executor = createExecutor({
    client,
    store,
    versions: createWorkflowVersions(client.db, registry),
    gate,
    followUps: createFollowUps(app),
    ports: app.ports,
    portsIn: portsOver,
    runnerId: identity.id,
    concurrency: config.runnerConcurrency,
    pace: app.pace,
    log,
  })
  app.runs = createRuns({
    client,
    store,
    executor,
    gate,
    runnerId: identity.id,
    wakeOthers: createWaker(client, log),
  })

  const listener = listenToRegistry(connectionString, registry, log)
  const runs = config.role !== 'http'
  const worker = runs
    ? superviseWorker(client, identity, { 'run-executions': runExecutionsJob(executor) }, log)
    : undefined
  const housekeeping = runs ? startHousekeeping(app) : undefined
  if (runs) executor.start()

  return {
    app,
    executor,
    identity,
    worker,
    sandbox,
    endStreams: () => stopping.abort(),
    async stop() {
      await Promise.all([worker?.stop(), housekeeping?.stop(), listener.stop()])
      await executor.stop(config.drainMs)
      await sandbox.pool.stop()
      await deliveries.flush()
      await identity.stop()
      mailer.close()
      await http.close()
      await client.close()
    },
  }
}
