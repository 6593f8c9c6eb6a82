import { EnsueError } from '../errors.ts'
import type { Api, CallOptions, Inputs, Outputs } from '../transport.ts'

type In = Inputs['executions']
export type Execution = Outputs['executions']['get']

export interface WaitOptions extends CallOptions {
  /** Default 60,000. */
  timeoutMs?: number
  /** `waiting`: also until it waits for a task or a time. Default `finished`. */
  until?: 'finished' | 'waiting'
}

const FINAL: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped'])
const isOver = ({ status }: Execution) => FINAL.has(status)

export const executions = (api: Api) => {
  const watch = (id: string, options: CallOptions = {}) =>
    api.subscribe<Execution>('executions.watch', { id }, { ...options, isLast: isOver })
  return {
    /** Newest first, without contexts and outputs. */
    list: (input?: In['list'], options?: CallOptions) => api.query('executions', 'list', input, options),
    /** One execution with its node runs. */
    get: (id: string, options?: CallOptions) => api.query('executions', 'get', { id }, options),
    /** Ends an execution that isn't over, with its waits and tasks. */
    cancel: (id: string, options?: CallOptions) => api.mutate('executions', 'cancel', { id }, options),
    /** Starts a new execution from the failed node run, or from the one at `from`. */
    retry: (id: string, input?: Omit<In['retry'], 'id'>, options?: CallOptions) =>
      api.mutate('executions', 'retry', { ...input, id }, options),
    /** The execution now and whenever it has changed, until it is over; goes on after a lost connection. */
    watch,
    /** Waits until an execution is over, however it ended: read `status`.
     *  @throws EnsueError `timeout` when it is not within `timeoutMs` */
    async wait(id: string, { timeoutMs = 60_000, until = 'finished', signal }: WaitOptions = {}): Promise<Execution> {
      const timeout = AbortSignal.timeout(timeoutMs)
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout
      let seen: Execution['status'] | 'unknown' = 'unknown'
      try {
        for await (const execution of watch(id, { signal: either })) {
          if (isOver(execution) || (until === 'waiting' && execution.status === 'waiting')) return execution
          seen = execution.status
        }
      } catch (error) {
        if (timeout.aborted && !signal?.aborted)
          throw new EnsueError('timeout', `The execution was not ${until} within ${timeoutMs} ms; it is ${seen}.`, {
            cause: error,
          })
        throw error
      }
      throw new EnsueError('internal', `The stream of the execution ended while it was ${seen}.`)
    },
  }
}
