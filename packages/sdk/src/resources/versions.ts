import type { Api, CallOptions, Inputs } from '../transport.ts'

export const versions = (api: Api) => ({
  /** Versions of a workflow, newest first. */
  list: (input: Inputs['versions']['list'], options?: CallOptions) => api.query('versions', 'list', input, options),
  /** One version with its definition. */
  get: (input: Inputs['versions']['get'], options?: CallOptions) => api.query('versions', 'get', input, options),
})
