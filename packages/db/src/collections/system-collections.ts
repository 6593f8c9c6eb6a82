import type { Collection } from './definition.ts'
import type { TableRef } from './identifiers.ts'

/** A table of the product that collections may point to. */
export interface SystemCollection {
  definition: Collection
  table: TableRef
  /** Records can be linked and read, not written. */
  readOnly: boolean
}

/** Users as collections see them: who someone is, nothing of how they sign in. */
const users: SystemCollection = {
  definition: {
    name: 'users',
    title: 'Users',
    idType: 'uuid',
    fields: [
      { name: 'email', type: 'email', required: true },
      { name: 'name', type: 'string' },
    ],
  },
  table: { schema: 'ensue', name: 'user' },
  readOnly: true,
}

/** Always in the registry; their names are taken. */
export const SYSTEM_COLLECTIONS: readonly SystemCollection[] = [users]
