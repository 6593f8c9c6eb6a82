import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['tasks']

export const tasks = (api: Api) => ({
  /** The caller's tasks, newest first; with `mine: false` everybody's. */
  list: (input?: In['list'], options?: CallOptions) => api.query('tasks', 'list', input, options),
  /** How many wait for the caller. */
  count: (options?: CallOptions) => api.query('tasks', 'count', undefined, options),
  get: (id: string, options?: CallOptions) => api.query('tasks', 'get', { id }, options),
  /** Settles a task; the execution goes on in the branch of the decision. */
  decide: (id: string, decision: string, input?: Omit<In['decide'], 'id' | 'decision'>, options?: CallOptions) =>
    api.mutate('tasks', 'decide', { ...input, id, decision }, options),
})
