import { EnsueError } from '../errors.ts'
import type { Api, CallOptions, Inputs, Outputs } from '../transport.ts'

type In = Inputs['executions']
export type Execution = Outputs['executions']['get']

const FINAL = new Set(['succeeded', 'failed', 'canceled', 'skipped'])

export const executions = (api: Api) => {
  const watch = (id: string, options?: CallOptions) => api.subscribe<Execution>('executions.watch', { id }, options)
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
    /** The execution now and whenever it has changed, until it is over. */
    watch,
    /** Waits until an execution is over, or, with `until: 'waiting'`, until it waits for something.
     *  @throws EnsueError `timeout` after `timeoutMs` (default 60,000) */
    async wait(
      id: string,
      { timeoutMs = 60_000, until = 'finished' }: { timeoutMs?: number; until?: 'finished' | 'waiting' } = {},
    ): Promise<Execution> {
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        for await (const execution of watch(id, { signal }))
          if (FINAL.has(execution.status) || (until === 'waiting' && execution.status === 'waiting')) return execution
      } catch (error) {
        if (signal.aborted) throw new EnsueError('timeout', `The execution was not ${until} within ${timeoutMs} ms.`)
        throw error
      }
      return api.query('executions', 'get', { id })
    },
  }
}
