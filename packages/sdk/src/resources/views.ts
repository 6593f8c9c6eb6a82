import type { Api, CallOptions, Inputs } from '../transport.ts'

export const views = (api: Api) => ({
  /** Columns and buttons of a collection. */
  get: (input: Inputs['views']['get'], options?: CallOptions) => api.query('views', 'get', input, options),
  /** Changes columns and buttons; bindings are checked. */
  set: (input: Inputs['views']['set'], options?: CallOptions) => api.mutate('views', 'set', input, options),
})
