import type { Generated } from 'kysely'

export interface SecretTable {
  name: string
  kind: 'text' | 'http' | 'smtp'
  envelope: string
  updatedBy: string | null
  createdAt: Generated<string>
  updatedAt: Generated<string>
}

export interface SecretCanaryTable {
  one: Generated<boolean>
  envelope: string
}
