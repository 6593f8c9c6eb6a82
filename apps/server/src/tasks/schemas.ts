import { z } from 'zod'

export const taskSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  executionId: z.string(),
  workflow: z.string().nullable(),
  workflowTitle: z.string().nullable(),
  node: z.string(),
  assignees: z.object({ users: z.array(z.string()), roles: z.array(z.string()) }),
  form: z.record(z.string(), z.json()).nullable(),
  decisions: z.array(z.object({ name: z.string(), label: z.string() })),
  status: z.enum(['pending', 'done', 'expired', 'canceled']),
  dueAt: z.string().nullable(),
  decision: z.string().nullable(),
  values: z.record(z.string(), z.json()).nullable(),
  comment: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  createdAt: z.string(),
})

export const taskId = z.object({ id: z.uuid('This is not the id of a task.') })
