import type { Definition } from '@ensue/engine'
import { sql } from 'kysely'
import type { DbOrTrx, Trx } from '../client.ts'
import { toJsonText } from '../json-text.ts'
import { GREATEST_ID } from './id-bounds.ts'

export interface WorkflowRow {
  id: string
  key: string
  title: string
  description: string | null
  tags: string[]
  enabled: boolean
  draft: Definition
  draftHash: string
  liveVersion: number | null
  createdAt: string
  updatedAt: string
}

const COLUMNS = [
  'id',
  'key',
  'title',
  'description',
  'tags',
  'enabled',
  'draft',
  'draftHash',
  'liveVersion',
  'createdAt',
  'updatedAt',
] as const

export interface WorkflowFilter {
  search?: string
  trigger?: string
  tag?: string
  enabled?: boolean
  /** The id of the last workflow of the page before. */
  after?: string
  limit: number
}

export type WorkflowListRow = Omit<WorkflowRow, 'draft'> & {
  trigger: string
  sync: boolean
  liveHash: string | null
  lastRun: { id: string; status: string; queuedAt: string } | null
}

/** Newest first, each with its last execution: found in this order by the index by workflow only, also when it has none. */
export function listWorkflows(db: DbOrTrx, filter: WorkflowFilter): Promise<WorkflowListRow[]> {
  let query = db
    .selectFrom('workflow as w')
    .select(['w.id', 'w.key', 'w.title', 'w.description', 'w.tags', 'w.enabled', 'w.draftHash', 'w.liveVersion'])
    .select(['w.createdAt', 'w.updatedAt'])
    .select([
      sql<string>`w.draft -> 'trigger' ->> 'type'`.as('trigger'),
      sql<boolean>`coalesce((w.draft ->> 'sync')::boolean, false)`.as('sync'),
      sql<
        string | null
      >`(select hash from ensue.workflow_version v where v.workflow_id = w.id and v.number = w.live_version)`.as(
        'liveHash',
      ),
      sql<
        WorkflowListRow['lastRun']
      >`(select jsonb_build_object('id', e.id, 'status', e.status, 'queuedAt', e.queued_at)
        from ensue.execution e where e.workflow_id >= w.id and (e.workflow_id, e.id) <= (w.id, ${GREATEST_ID}::uuid) and not e.debug
        order by e.workflow_id desc, e.id desc limit 1)`.as('lastRun'),
    ])
    .orderBy('w.id', 'desc')
    .limit(filter.limit)
  if (filter.after !== undefined) query = query.where('w.id', '<', filter.after)
  if (filter.enabled !== undefined) query = query.where('w.enabled', '=', filter.enabled)
  if (filter.tag !== undefined) query = query.where(sql<boolean>`${filter.tag} = any(w.tags)`)
  if (filter.trigger !== undefined)
    query = query.where(sql<boolean>`w.draft -> 'trigger' ->> 'type' = ${filter.trigger}`)
  if (filter.search !== undefined) {
    const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where((eb) => eb.or([eb('w.title', 'ilike', like), eb('w.key', 'ilike', like)]))
  }
  return query.execute()
}

export function findWorkflow(db: DbOrTrx, key: string): Promise<WorkflowRow | undefined> {
  return db.selectFrom('workflow').select(COLUMNS).where('key', '=', key).executeTakeFirst()
}

/** For lists: the planner chooses the index by workflow and id only when it knows how many rows of it there are. */
export async function findWorkflowId(db: DbOrTrx, key: string): Promise<string | undefined> {
  const row = await db.selectFrom('workflow').select('id').where('key', '=', key).executeTakeFirst()
  return row?.id
}

/** Locked until the transaction ends: deploys of one workflow follow each other. */
export function lockWorkflow(trx: Trx, key: string): Promise<WorkflowRow | undefined> {
  return trx.selectFrom('workflow').select(COLUMNS).where('key', '=', key).forUpdate().executeTakeFirst()
}

export interface NewWorkflow {
  id: string
  key: string
  title: string
  description: string | null
  draft: Definition
  draftHash: string
  createdBy: string | null
}

/** @returns undefined when the key is taken */
export function insertWorkflow(db: DbOrTrx, workflow: NewWorkflow): Promise<WorkflowRow | undefined> {
  return db
    .insertInto('workflow')
    .values({ ...workflow, draft: toJsonText(workflow.draft) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst()
}

export interface WorkflowChange {
  title?: string
  description?: string | null
  tags?: string[]
  enabled?: boolean
  liveVersion?: number
  draft?: Definition
  draftHash?: string
}

export function updateWorkflow(db: DbOrTrx, key: string, change: WorkflowChange): Promise<WorkflowRow | undefined> {
  const { draft, ...rest } = change
  return db
    .updateTable('workflow')
    .set({ ...rest, ...(draft ? { draft: toJsonText(draft) } : {}), updatedAt: sql<string>`now()` })
    .where('key', '=', key)
    .returning(COLUMNS)
    .executeTakeFirst()
}

/** With its deliveries; its executions stay. */
export async function deleteWorkflow(db: DbOrTrx, id: string): Promise<void> {
  await db.deleteFrom('delivery').where('workflowId', '=', id).execute()
  await db.deleteFrom('workflow').where('id', '=', id).execute()
}

export interface VersionRow {
  id: string
  workflowId: string
  number: number
  hash: string
  note: string | null
  createdBy: string | null
  createdAt: string
}

const VERSION_COLUMNS = ['id', 'workflowId', 'number', 'hash', 'note', 'createdBy', 'createdAt'] as const

/** Newest first, without their definitions. */
export function listVersions(db: DbOrTrx, workflowId: string): Promise<VersionRow[]> {
  return db
    .selectFrom('workflowVersion')
    .select(VERSION_COLUMNS)
    .where('workflowId', '=', workflowId)
    .where('number', 'is not', null)
    .orderBy('number', 'desc')
    .$narrowType<{ number: number }>()
    .execute()
}

export function findVersion(
  db: DbOrTrx,
  workflowId: string,
  number: number,
): Promise<(VersionRow & { definition: Definition }) | undefined> {
  return db
    .selectFrom('workflowVersion')
    .select([...VERSION_COLUMNS, 'definition'])
    .where('workflowId', '=', workflowId)
    .where('number', '=', number)
    .$narrowType<{ number: number }>()
    .executeTakeFirst()
}

/** Keeps a draft for the runs that debug it. @returns the id of its version, which has no number */
export async function keepDraft(
  trx: Trx,
  draft: Omit<VersionRow, 'number' | 'createdAt' | 'note'> & { definition: Definition },
): Promise<string> {
  const inserted = await trx
    .insertInto('workflowVersion')
    .values({ ...draft, number: null, note: null, definition: toJsonText(draft.definition) })
    .onConflict((conflict) => conflict.columns(['workflowId', 'hash']).where('number', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted) return inserted.id
  const kept = await trx
    .selectFrom('workflowVersion')
    .select('id')
    .where('workflowId', '=', draft.workflowId)
    .where('hash', '=', draft.hash)
    .where('number', 'is', null)
    .executeTakeFirstOrThrow()
  return kept.id
}

/** The caller holds the workflow's lock, so the next number is free. */
export async function insertVersion(
  trx: Trx,
  version: Omit<VersionRow, 'number' | 'createdAt'> & { definition: Definition },
): Promise<number> {
  const { number } = await trx
    .insertInto('workflowVersion')
    .values({
      ...version,
      definition: toJsonText(version.definition),
      number: sql<number>`(select coalesce(max(number), 0) + 1 from ensue.workflow_version where workflow_id = ${version.workflowId})`,
    })
    .returning('number')
    .$narrowType<{ number: number }>()
    .executeTakeFirstOrThrow()
  return number
}
