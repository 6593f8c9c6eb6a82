import type { Api, CallOptions, Inputs } from '../transport.ts'

export const secrets = (api: Api) => ({
  /** Names and kinds; no call answers a value. */
  list: (options?: CallOptions) => api.query('secrets', 'list', undefined, options),
  /** Creates or replaces a secret, read in workflows as `{{$secrets.NAME}}` or named as a credential. */
  set: (input: Inputs['secrets']['set'], options?: CallOptions) => api.mutate('secrets', 'set', input, options),
  /** Deletes a secret. */
  delete: (input: Inputs['secrets']['delete'], options?: CallOptions) =>
    api.mutate('secrets', 'delete', input, options),
})
