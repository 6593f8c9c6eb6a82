import type { CodeResult, JsonObject } from '@ensue/engine'
import { pino } from 'pino'
import { createSandbox, type RunningSandbox } from '../create-sandbox.ts'
import { createPool } from '../pool.ts'

/** A sandbox with real runners; to be stopped by its pool. */
export function createTestSandbox(runners = 2): {
  sandbox: RunningSandbox
  run(code: string, inputs?: JsonObject, timeoutMs?: number): Promise<CodeResult>
} {
  const log = pino({ level: 'silent' })
  const sandbox = createSandbox(log, createPool(log, runners))
  return {
    sandbox,
    run: (code, inputs = {}, timeoutMs = 5_000) => sandbox.run({ code, inputs, timeoutMs }),
  }
}
