import type { Api, CallOptions, Inputs } from '../transport.ts'

export const nodes = (api: Api) => ({
  /** Every node and trigger type as data. */
  types: (input?: Inputs['nodes']['types'], options?: CallOptions) => api.query('nodes', 'types', input, options),
})
