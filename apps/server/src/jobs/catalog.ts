import { z } from 'zod'

/** Every job: what its payload holds. Jobs are wake-ups and housekeeping; losing one loses nothing. */
export const JOBS = {
  /** There are queued executions: claim what there is room for. */
  'run-executions': z.object({}),
} as const

export type JobName = keyof typeof JOBS
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]>
