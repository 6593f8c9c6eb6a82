import type { Api, CallOptions, Inputs } from '../transport.ts'
import { type TriggerOptions, type TriggerWorkflows, toTrigger } from './records.ts'

type In = Inputs['workflows']

export const workflows = (api: Api) => ({
  /** Newest first, each with its last run. `meta.nextAfter` is the `after` of the next page. */
  list: (input?: In['list'], options?: CallOptions) => api.query('workflows', 'list', input, options),
  /** One workflow with its draft and the draft's problems. */
  get: (key: string, options?: CallOptions) => api.query('workflows', 'get', { key }, options),
  /** Stores a draft; it may have problems. */
  create: (input: In['create'], options?: CallOptions) => api.mutate('workflows', 'create', input, options),
  update: (input: In['update'], options?: CallOptions) => api.mutate('workflows', 'update', input, options),
  saveDraft: (input: In['saveDraft'], options?: CallOptions) => api.mutate('workflows', 'saveDraft', input, options),
  /** Every problem of a definition; nothing is saved. */
  validate: (input: In['validate'], options?: CallOptions) => api.query('workflows', 'validate', input, options),
  /** Makes the draft a version and that version live. @throws EnsueError `definition_invalid` with `details.problems` */
  deploy: (key: string, input?: Omit<In['deploy'], 'key'>, options?: CallOptions) =>
    api.mutate('workflows', 'deploy', { ...input, key }, options),
  /** Makes an earlier version live again. */
  rollback: (key: string, version: number, options?: CallOptions) =>
    api.mutate('workflows', 'rollback', { key, version }, options),
  /** Switches the triggers on or off. */
  enable: (key: string, enabled = true, options?: CallOptions) =>
    api.mutate('workflows', 'enable', { key, enabled }, options),
  duplicate: (input: In['duplicate'], options?: CallOptions) => api.mutate('workflows', 'duplicate', input, options),
  /** Deletes a workflow; `cancel` also cancels what is not finished. */
  delete: (key: string, input?: Omit<In['delete'], 'key'>, options?: CallOptions) =>
    api.mutate('workflows', 'delete', { ...input, key }, options),
  /** Starts a workflow of the triggers `call` or `manual`; with `wait` the answer holds its output. */
  run: (key: string, input?: In['run']['input'], more?: Omit<In['run'], 'key' | 'input'>, options?: CallOptions) =>
    api.mutate('workflows', 'run', { ...more, key, ...(input === undefined ? {} : { input }) }, options),
  /** The custom actions that can be started now: on which records, and what they ask. */
  customActions: (options?: CallOptions) => api.query('workflows', 'customActions', undefined, options),
  /** Starts custom actions that work on no records; those on records take `collection(name).trigger`. */
  async trigger(
    triggerWorkflows: TriggerWorkflows,
    input: Record<string, unknown> = {},
    { signal, ...more }: TriggerOptions = {},
  ) {
    const values = input as Inputs['records']['trigger']['values']
    const call = { ...more, collection: null, values, triggerWorkflows: triggerWorkflows.map(toTrigger) }
    return (await api.mutate('records', 'trigger', call, signal ? { signal } : {})).triggered
  },
  /** Runs the draft, or the definition given, with a context of yours: a debug run, which lists leave out. */
  debug: (key: string, input?: Omit<In['debug'], 'key'>, options?: CallOptions) =>
    api.mutate('workflows', 'debug', { ...input, key }, options),
  /** A context to start a debug run from: a sample, a delivery's, or an old execution's. */
  debugInput: (key: string, from?: In['debugInput']['from'], options?: CallOptions) =>
    api.query('workflows', 'debugInput', { key, ...(from ? { from } : {}) }, options),
})
