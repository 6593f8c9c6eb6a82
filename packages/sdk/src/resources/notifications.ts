import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['notifications']

export const notifications = (api: Api) => ({
  /** The caller's own, newest first. */
  list: (input?: In['list'], options?: CallOptions) => api.query('notifications', 'list', input, options),
  /** How many the caller has not read. */
  count: (options?: CallOptions) => api.query('notifications', 'count', undefined, options),
  /** Marks some as read, or without ids all. */
  markRead: (input?: In['markRead'], options?: CallOptions) => api.mutate('notifications', 'markRead', input, options),
})
