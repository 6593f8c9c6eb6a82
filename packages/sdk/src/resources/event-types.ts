import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['eventTypes']

export const eventTypes = (api: Api) => ({
  /** Every event that is declared, emitted or listened to, and those of the system, with who emits and who listens. */
  list: (options?: CallOptions) => api.query('eventTypes', 'list', undefined, options),
  get: (name: string, options?: CallOptions) => api.query('eventTypes', 'get', { name }, options),
  /** Declares an event; with a JSON Schema, its parameters are checked from now on whenever it is emitted. */
  set: (input: In['set'], options?: CallOptions) => api.mutate('eventTypes', 'set', input, options),
  /** Takes the declaration away; the event can be emitted all the same, unchecked. */
  delete: (name: string, options?: CallOptions) => api.mutate('eventTypes', 'delete', { name }, options),
})
