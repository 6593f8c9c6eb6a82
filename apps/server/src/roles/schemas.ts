import { z } from 'zod'

const actions = z.array(z.string().min(1).max(64)).max(64)

/** What a role may do; collection names and actions may be `*`. */
export const permissionsSchema = z.object({
  all: z.boolean().optional(),
  collections: z.record(z.string(), actions).optional(),
  workflows: z.array(z.enum(['edit', 'deploy', 'run', 'view', 'code'])).optional(),
  schema: z.boolean().optional(),
  users: z.boolean().optional(),
  secrets: z.boolean().optional(),
})

export const roleSchema = z.object({
  name: z.string(),
  title: z.string(),
  permissions: permissionsSchema,
  builtIn: z.boolean(),
})
