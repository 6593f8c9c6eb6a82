import type { CompiledWorkflow } from './compile-workflow.ts'
import type { Json } from './core/json.ts'
import type { ExecutionInfo, NodeRun, Resolution, RunResult } from './execution.ts'
import type { Actor, ExecutionSession, Ports } from './ports.ts'

export interface RunInput {
  workflow: CompiledWorkflow
  execution: ExecutionInfo
  session: ExecutionSession
  /** What earlier claims of the execution have recorded, folded. */
  journal: ReadonlyMap<string, NodeRun>
  /** How waits of the execution have ended, by path. */
  resolutions: ReadonlyMap<string, Resolution>
  ports: Ports
  actor: Actor
  /** What is wrong with the output, where the workflow says what it is like. */
  checkOutput?: (output: Json) => string | undefined
  /** Aborts the run: at its deadline, on cancel, when the process stops. */
  signal: AbortSignal
}

export type RunEnd = { kind: 'finished'; result: RunResult } | { kind: 'waiting' }
