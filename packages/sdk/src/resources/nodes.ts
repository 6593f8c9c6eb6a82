import type { Api, CallOptions } from '../transport.ts'

export const nodes = (api: Api) => ({
  /** Every node and trigger type as data. */
  types: (options?: CallOptions) => api.query('nodes', 'types', undefined, options),
})
