import type { Api, CallOptions, Inputs } from '../transport.ts'

export const audit = (api: Api) => ({
  /** Who did what, newest first. */
  list: (input?: Inputs['audit']['list'], options?: CallOptions) => api.query('audit', 'list', input, options),
})
