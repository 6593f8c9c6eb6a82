import type { Api, CallOptions, Inputs } from '../transport.ts'

export const collections = (api: Api) => ({
  /** All collections. */
  list: (options?: CallOptions) => api.query('collections', 'list', undefined, options),
  /** One collection by its name. */
  get: (input: Inputs['collections']['get'], options?: CallOptions) => api.query('collections', 'get', input, options),
  /** Creates a collection and its table. */
  create: (input: Inputs['collections']['create'], options?: CallOptions) =>
    api.mutate('collections', 'create', input, options),
  /** Changes fields; what would lose data is named in `confirm`. */
  alter: (input: Inputs['collections']['alter'], options?: CallOptions) =>
    api.mutate('collections', 'alter', input, options),
  /** Drops a collection with its records; its name is repeated in `confirm`. */
  drop: (input: Inputs['collections']['drop'], options?: CallOptions) =>
    api.mutate('collections', 'drop', input, options),
})
