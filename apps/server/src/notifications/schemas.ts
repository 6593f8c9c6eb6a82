import { z } from 'zod'

export const notificationSchema = z.object({
  id: z.string(),
  title: z.string().nullable(),
  text: z.string(),
  link: z.string().nullable(),
  createdAt: z.string(),
  readAt: z.string().nullable(),
})
