import type { Definition } from '@ensue/engine'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

export interface WorkflowTable {
  id: string
  key: string
  title: string
  description: string | null
  tags: Generated<string[]>
  enabled: Generated<boolean>
  draft: JSONColumnType<Definition>
  draftHash: string
  liveVersion: number | null
  requestsDeletedTo: Generated<string | null>
  createdBy: string | null
  createdAt: Generated<string>
  updatedAt: ColumnType<string, string | undefined, string>
}

export interface WorkflowVersionTable {
  id: string
  workflowId: string
  /** Null: a draft as it was debugged. */
  number: number | null
  definition: JSONColumnType<Definition>
  hash: string
  note: string | null
  createdBy: string | null
  createdAt: Generated<string>
}
