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
  /** Newest first. */
  list: (input?: In['list'], options?: CallOptions) => api.query('events', 'list', input, options),
})
