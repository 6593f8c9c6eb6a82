import type { Api, CallOptions, Inputs } from '../transport.ts'

export const users = (api: Api) => ({
  /** All users. */
  list: (options?: CallOptions) => api.query('users', 'list', undefined, options),
  /** Creates a user. */
  create: (input: Inputs['users']['create'], options?: CallOptions) => api.mutate('users', 'create', input, options),
  /** Changes name, roles or password, or disables a user. */
  update: (input: Inputs['users']['update'], options?: CallOptions) => api.mutate('users', 'update', input, options),
})
