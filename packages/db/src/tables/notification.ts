import type { Generated } from 'kysely'

export interface NotificationTable {
  id: string
  userId: string
  title: string | null
  text: string
  link: string | null
  executionId: string
  createdAt: Generated<string>
  readAt: string | null
}
