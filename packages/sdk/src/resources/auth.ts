import type { Api, CallOptions, Inputs } from '../transport.ts'

export const auth = (api: Api) => ({
  /** Exchanges e-mail address and password for a session token. */
  signIn: (input: Inputs['auth']['signIn'], options?: CallOptions) => api.mutate('auth', 'signIn', input, options),
  /** Ends the session of the token. */
  signOut: (options?: CallOptions) => api.mutate('auth', 'signOut', undefined, options),
  /** Who the token stands for. */
  me: (options?: CallOptions) => api.query('auth', 'me', undefined, options),
})
