import type { JsonObject } from '@ensue/engine'
import type { Generated, JSONColumnType } from 'kysely'

/** What a role may do. `all` stands for everything. Collection names and actions may be `*`. */
export interface Permissions {
  all?: boolean
  collections?: Record<string, string[]>
  workflows?: ('edit' | 'deploy' | 'run' | 'view' | 'code')[]
  /** Create and alter collections and views. */
  schema?: boolean
  users?: boolean
  /** Set and delete secrets; nobody can read one. */
  secrets?: boolean
}

export interface RoleTable {
  name: string
  title: string
  permissions: JSONColumnType<Permissions>
  builtIn: Generated<boolean>
  createdAt: Generated<string>
}

export interface UserTable {
  id: string
  email: string
  name: string | null
  passwordHash: string
  roles: string[]
  disabled: Generated<boolean>
  createdAt: Generated<string>
}

export interface SessionTable {
  tokenHash: Buffer
  userId: string
  createdAt: Generated<string>
  expiresAt: string
}

export interface ApiKeyTable {
  id: string
  name: string
  prefix: string
  keyHash: Buffer
  role: string
  createdBy: string | null
  createdAt: Generated<string>
  expiresAt: string | null
  lastUsedAt: string | null
}

export interface AuditTable {
  id: string
  at: Generated<string>
  userId: string | null
  role: string | null
  action: string
  target: string | null
  outcome: 'allowed' | 'denied'
  details: JSONColumnType<JsonObject> | null
}

export interface CollectionTable {
  name: string
  title: string | null
  definition: JSONColumnType<JsonObject>
  createdAt: Generated<string>
  updatedAt: Generated<string>
}

export interface ViewTable {
  collection: string
  config: JSONColumnType<JsonObject>
  updatedAt: Generated<string>
}

export interface VariableTable {
  name: string
  value: string
  updatedAt: Generated<string>
}
