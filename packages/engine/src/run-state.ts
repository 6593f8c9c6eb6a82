import type { Json, JsonObject } from './core/json.ts'
import type { ExecutionInfo } from './execution.ts'
import type { EvaluateOptions, Roots } from './expressions/index.ts'
import type { Clock, Ports } from './ports.ts'

/** What a run has found out so far; rebuilt from the journal at each claim. */
export interface RunState {
  nodes: Record<string, Json>
  vars: JsonObject
  scopes: Record<string, { item: Json; index: number; length: number }>
  messages: string[]
  /** Values of the action that the run comes before. */
  values?: JsonObject
}

interface RunRoots extends Roots {
  execution: ExecutionInfo
  ports: Ports
}

/** What is worked out when an expression names it. In a prototype: getters of its own would give the roots of each run a shape
 *  of their own, which is slow to make and to collect. */
const COMPUTED: Pick<Roots, 'system' | 'env' | 'secrets'> & ThisType<RunRoots> = {
  get system() {
    const { execution, ports } = this
    return {
      now: new Date(ports.clock.now()).toISOString(),
      executionId: execution.id,
      workflowKey: execution.workflowKey,
    }
  },
  get env() {
    return this.ports.env()
  },
  get secrets() {
    return this.ports.secrets().values
  },
}

/** The values that expressions of a run can name. */
export function createRoots(execution: ExecutionInfo, state: RunState, ports: Ports): Roots {
  const { context } = execution
  return Object.assign(Object.create(COMPUTED) as typeof COMPUTED, {
    execution,
    ports,
    context,
    nodes: state.nodes,
    vars: state.vars,
    scopes: state.scopes,
    param: context.param ?? null,
    user: context.user ?? null,
    role: context.role ?? null,
  })
}

/** Where the run's heavy expressions are evaluated, in its workflow's turn. */
export function sandboxFor({ workflowKey }: ExecutionInfo, { sandbox }: Ports): Pick<EvaluateOptions, 'sandbox'> {
  if (!sandbox) return {}
  return {
    sandbox: (source, bindings, options) => sandbox.evaluate(source, bindings, { ...options, owner: workflowKey }),
  }
}

/** The time as text, again and again: most node runs begin and end within the millisecond of the one before. */
export function instantsOf(clock: Clock): () => string {
  let lastMs = 0
  let lastText = ''
  return () => {
    const ms = clock.now()
    if (ms !== lastMs || lastText === '') {
      lastMs = ms
      lastText = new Date(ms).toISOString()
    }
    return lastText
  }
}
