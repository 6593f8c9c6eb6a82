import type { Json, JsonObject } from './core/json.ts'
import type { ExecutionInfo } from './execution.ts'
import type { EvaluateOptions, Roots } from './expressions/index.ts'
import type { Ports } from './ports.ts'

/** What a run has found out so far; rebuilt from the journal at each claim. */
export interface RunState {
  nodes: Record<string, Json>
  vars: JsonObject
  scopes: Record<string, { item: Json; index: number; length: number }>
  messages: string[]
  /** Values of the action that the run comes before. */
  values?: JsonObject
}

/** The values that expressions of a run can name. */
export function createRoots(execution: ExecutionInfo, state: RunState, ports: Ports): Roots {
  const { context } = execution
  return {
    context,
    nodes: state.nodes,
    vars: state.vars,
    scopes: state.scopes,
    param: context.param ?? null,
    user: context.user ?? null,
    role: context.role ?? null,
    get system() {
      return {
        now: new Date(ports.clock.now()).toISOString(),
        executionId: execution.id,
        workflowKey: execution.workflowKey,
      }
    },
    get env() {
      return ports.env()
    },
    get secrets() {
      return ports.secrets().values
    },
  }
}

/** Where the run's heavy expressions are evaluated, in its workflow's turn. */
export function sandboxFor({ workflowKey }: ExecutionInfo, { sandbox }: Ports): Pick<EvaluateOptions, 'sandbox'> {
  if (!sandbox) return {}
  return {
    sandbox: (source, bindings, options) => sandbox.evaluate(source, bindings, { ...options, owner: workflowKey }),
  }
}
