import type { Api, CallOptions, Inputs } from '../transport.ts'

export const system = (api: Api) => ({
  /** Version and state of the installation. */
  info: (input?: Inputs['system']['info'], options?: CallOptions) => api.query('system', 'info', input, options),
})
