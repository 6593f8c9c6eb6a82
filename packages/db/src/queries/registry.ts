import type { Definition } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'
import type { Permissions } from '../tables/access.ts'
import type { EventTypeRow } from './event-type.ts'
import type { SealedSecret } from './secret.ts'

export interface RegistryRows {
  revision: number
  collections: { name: string; title: string | null; definition: unknown }[]
  workflows: {
    id: string
    key: string
    title: string
    enabled: boolean
    versionId: string | null
    number: number | null
    definition: Definition | null
  }[]
  roles: { name: string; title: string; permissions: Permissions }[]
  variables: { name: string; value: string }[]
  eventTypes: EventTypeRow[]
  /** Encrypted. */
  secrets: SealedSecret[]
}

/** Everything that processes cache, in one statement and so of one moment. */
export async function loadRegistry(db: DbOrTrx): Promise<RegistryRows> {
  const { rows } = await sql<{ registry: RegistryRows }>`
    select jsonb_build_object(
      'revision', (select revision from ensue.registry),
      'collections', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'title', title, 'definition', definition) order by name) from ensue.collection), '[]'),
      'workflows', coalesce((select jsonb_agg(jsonb_build_object('id', w.id, 'key', w.key, 'title', w.title, 'enabled', w.enabled,
        'versionId', v.id, 'number', v.number, 'definition', v.definition) order by w.id)
        from ensue.workflow w left join ensue.workflow_version v on v.workflow_id = w.id and v.number = w.live_version), '[]'),
      'roles', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'title', title, 'permissions', permissions)) from ensue.role), '[]'),
      'eventTypes', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'title', title, 'description', description, 'schema', schema) order by name) from ensue.event_type), '[]'),
      'variables', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'value', value)) from ensue.variable), '[]'),
      'secrets', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'kind', kind, 'envelope', envelope) order by name) from ensue.secret), '[]')
    ) as registry`.execute(db)
  return rows[0]!.registry
}
