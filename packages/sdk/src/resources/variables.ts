import type { Api, CallOptions, Inputs } from '../transport.ts'

export const variables = (api: Api) => ({
  /** Workspace variables, read in workflows as `{{$env.NAME}}`. */
  list: (options?: CallOptions) => api.query('variables', 'list', undefined, options),
  /** Creates or changes a variable. */
  set: (input: Inputs['variables']['set'], options?: CallOptions) => api.mutate('variables', 'set', input, options),
  /** Deletes a variable. */
  delete: (input: Inputs['variables']['delete'], options?: CallOptions) =>
    api.mutate('variables', 'delete', input, options),
})
