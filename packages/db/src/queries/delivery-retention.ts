import { sql } from 'kysely'
import type { Db } from '../client.ts'

export interface DeliveryRetention {
  keepDays: number
  keepRefusedDays: number
  /** The most refused deliveries that are kept of one webhook, and the most that were duplicates or handshakes. */
  maxRefused: number
}

const AT_ONCE = 2_000

/** The least id of the time so many days ago: ids of the kind 7 begin with their milliseconds. */
const idOfDaysAgo = (days: number) =>
  sql`(lpad(to_hex((extract(epoch from now() - ${days}::integer * interval '1 day') * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`

/** Deletes a batch of what is older than the retention. @returns whether there may be more */
export async function deleteOldDeliveries(db: Db, retention: DeliveryRetention): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with aged as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and id < ${idOfDaysAgo(retention.keepDays)}
        order by id limit ${AT_ONCE}) d),
    refused as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and outcome = 'rejected' and id < ${idOfDaysAgo(retention.keepRefusedDays)}
        order by id limit ${AT_ONCE}) d),
    flooded as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and outcome = 'rejected'
        order by id desc offset ${retention.maxRefused} limit ${AT_ONCE}) d),
    repeated as (
      select d.id from ensue.workflow w cross join lateral (
        select id from ensue.delivery where workflow_id = w.id and outcome <> 'rejected'
        order by id desc offset ${retention.maxRefused} limit ${AT_ONCE}) d),
    deleted as (
      delete from ensue.delivery where id in (
        select id from aged union select id from refused union select id from flooded union select id from repeated)
      returning 1),
    stale as (delete from ensue.rate_limit where expire < extract(epoch from now()) * 1000)
    select count(*)::integer as count from deleted`.execute(db)
  const accepted = await deleteOldRequests(db, retention.keepDays)
  return rows[0]!.count > 0 || accepted
}

/** Takes the requests off executions that are older; each execution is looked at once. */
async function deleteOldRequests(db: Db, keepDays: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with aged as (
      select w.id as workflow_id, e.id from ensue.workflow w cross join lateral (
        select id from ensue.execution where workflow_id = w.id and id < ${idOfDaysAgo(keepDays)}
          and (w.requests_deleted_to is null or id > w.requests_deleted_to)
        order by id limit ${AT_ONCE}) e),
    cleared as (
      update ensue.execution set request = null, body = null where id in (select id from aged) and request is not null),
    -- PostgreSQL has no max(uuid) before 18.
    moved as (
      update ensue.workflow w set requests_deleted_to = last.id
      from (select distinct on (workflow_id) workflow_id, id from aged order by workflow_id, id desc) last where w.id = last.workflow_id)
    select count(*)::integer as count from aged`.execute(db)
  return rows[0]!.count >= AT_ONCE
}
