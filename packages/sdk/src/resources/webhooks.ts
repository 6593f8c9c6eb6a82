import type { Api, CallOptions, Inputs } from '../transport.ts'

export const webhooks = (api: Api) => ({
  /** Where a webhook is called, and with which methods. */
  get: (input: Inputs['webhooks']['get'], options?: CallOptions) => api.query('webhooks', 'get', input, options),
})
