import type { Api, CallOptions } from '../transport.ts'

export const system = (api: Api) => ({
  /** Version and state of the installation. */
  info: (options?: CallOptions) => api.query('system', 'info', undefined, options),
})
