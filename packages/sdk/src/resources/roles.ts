import type { Api, CallOptions, Inputs } from '../transport.ts'

export const roles = (api: Api) => ({
  /** All roles. */
  list: (options?: CallOptions) => api.query('roles', 'list', undefined, options),
  /** One role by its name. */
  get: (input: Inputs['roles']['get'], options?: CallOptions) => api.query('roles', 'get', input, options),
  /** Creates or changes a role. */
  set: (input: Inputs['roles']['set'], options?: CallOptions) => api.mutate('roles', 'set', input, options),
})
