import { z } from 'zod'

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.string()),
  disabled: z.boolean(),
  createdAt: z.string(),
})

export const nameSchema = z.string().min(1).max(200).nullable()
export const rolesSchema = z.array(z.string().min(1).max(64)).min(1, 'A user has at least one role.').max(32)
