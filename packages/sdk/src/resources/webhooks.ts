import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['webhooks']

export const webhooks = (api: Api) => ({
  /** Where a webhook is called, and with which methods. */
  get: (input: In['get'], options?: CallOptions) => api.query('webhooks', 'get', input, options),
  /** What of a pasted request (URL, body, headers as text) can be declared as a variable: paths with types and samples. */
  parseSample: (input: In['parseSample'], options?: CallOptions) =>
    api.mutate('webhooks', 'parseSample', input, options),
  /** The inbox: every request, newest first. `meta.nextAfter` is the `after` of the next page. */
  deliveries: (input: In['deliveries'] = {}, options?: CallOptions) =>
    api.query('webhooks', 'deliveries', input, options),
  /** One delivery with its headers and raw body. */
  delivery: (id: string, options?: CallOptions) => api.query('webhooks', 'delivery', { id }, options),
  /** Starts the workflows of deliveries once more: the live version, or the draft as a debug run. */
  replay: (ids: string[], more?: Omit<In['replay'], 'ids'>, options?: CallOptions) =>
    api.mutate('webhooks', 'replay', { ...more, ids }, options),
})
