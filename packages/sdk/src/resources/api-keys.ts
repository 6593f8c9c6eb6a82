import type { Api, CallOptions, Inputs } from '../transport.ts'

export const apiKeys = (api: Api) => ({
  /** The keys, without their secrets. */
  list: (options?: CallOptions) => api.query('apiKeys', 'list', undefined, options),
  /** Makes a key; `secret` is shown this once. */
  create: (input: Inputs['apiKeys']['create'], options?: CallOptions) =>
    api.mutate('apiKeys', 'create', input, options),
  /** Revokes a key. */
  delete: (input: Inputs['apiKeys']['delete'], options?: CallOptions) =>
    api.mutate('apiKeys', 'delete', input, options),
})
