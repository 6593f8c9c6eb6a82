import type { Api, CallOptions, Inputs } from '../transport.ts'

type In = Inputs['schedules']

export const schedules = (api: Api) => ({
  /** The schedules of all deployed workflows, those first that fire next. */
  list: (options?: CallOptions) => api.query('schedules', 'list', undefined, options),
  /** When a schedule would fire next; the config is that of a schedule trigger. @throws EnsueError `invalid_input` with a path */
  preview: (config: In['preview']['config'], input?: Omit<In['preview'], 'config'>, options?: CallOptions) =>
    api.query('schedules', 'preview', { ...input, config }, options),
  /** Starts a scheduled workflow at once, beside its schedule; for a date field, for one record. */
  runNow: (workflow: string, input?: Omit<In['runNow'], 'workflow'>, options?: CallOptions) =>
    api.mutate('schedules', 'runNow', { ...input, workflow }, options),
})
