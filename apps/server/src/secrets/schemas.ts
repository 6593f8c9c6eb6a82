import { SECRET_KINDS } from '@ensue/engine'
import { z } from 'zod'

export const secretName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'The name of a secret starts with a letter or _ and holds letters, digits and _.')

/** A secret as the API shows it: never its value. */
export const secretSchema = z.object({
  name: z.string(),
  kind: z.enum(SECRET_KINDS),
  updatedBy: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
