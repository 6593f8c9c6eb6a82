import type { Migration } from 'kysely/migration'
import { up as init } from './20261121-init.ts'

/** In order. A released migration is never edited: add another. */
export const migrations: Record<string, Migration> = {
  '20261121-init': { up: init },
}
