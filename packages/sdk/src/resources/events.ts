import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['events']

export const events = (api: Api) => ({
  /** Stores an event and starts every enabled workflow that listens to it. */
  emit: (
    name: string,
    params?: In['emit']['params'],
    input?: Omit<In['emit'], 'name' | 'params'>,
    options?: CallOptions,
  ) => api.mutate('events', 'emit', { ...input, name, ...(params === undefined ? {} : { params }) }, options),
  /** One event with the executions that it has started. */
  get: (id: string, options?: CallOptions) => api.query('events', 'get', { id }, options),
  /** Starts the listeners of an event once more, or only `workflow` of them. */
  replay: (id: string, input?: Omit<In['replay'], 'id'>, options?: CallOptions) =>
    api.mutate('events', 'replay', { ...input, id }, options),
  /** Newest first. */
  list: (input?: In['list'], options?: CallOptions) => api.query('events', 'list', input, options),
})
