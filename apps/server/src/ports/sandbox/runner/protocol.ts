// One message each way per run, between the server and a runner process. Only this folder can be read by a runner.

export const SANDBOX_LIMITS = {
  /** The longest that code or an expression may run. */
  maxRunMs: 5_000,
  /** Past its time limit a run is ended from within; this much later, from outside. */
  graceMs: 1_000,
  /** JSON of the inputs. */
  maxInputChars: 8_388_608,
  /** JSON of the result. */
  maxOutputBytes: 1_048_576,
  initialMemoryBytes: 16_777_216,
  maxMemoryBytes: 50_331_648,
  maxStackBytes: 262_144,
  maxLogLines: 500,
  maxLogChars: 65_536,
  maxLogLineChars: 4_096,
  maxMessageChars: 2_000,
} as const

export type RunnerRequest =
  /** `input` is the JSON of an object whose members are the variables. */
  | { id: number; kind: 'code'; code: string; input: string; timeoutMs: number }
  /** `input` is the JSON of the bindings. */
  | { id: number; kind: 'expression'; source: string; input: string; timeoutMs: number }

export const FAULT_CODES = [
  'code_failed',
  'code_timeout',
  'code_memory',
  'code_output_too_large',
  'expression_failed',
  'expression_limit',
] as const
export type FaultCode = (typeof FAULT_CODES)[number]

export interface RunnerFault {
  code: FaultCode
  message: string
}

/** What a run came to; `output` is JSON, absent when there is no value. */
export interface RunOutcome {
  output?: string
  fault?: RunnerFault
  log?: string[]
}

export interface RunnerReply extends RunOutcome {
  id: number
  /** Resident memory of the runner after the run. */
  rssBytes: number
}
