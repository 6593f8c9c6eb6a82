import { findExecution, findVersion, insertJournal, listNodeRuns } from '@ensue/db'
import { keepsNodeRuns, type NodeRun } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { executionId, getExecution } from './get-execution.ts'
import type { executionSchema } from './schemas.ts'

export const retryExecutionInput = executionId.extend({
  /** The path of the node run to start from; the failed one when left out. */
  from: z.string().max(1_000).optional(),
  context: z.record(z.string(), z.json()).optional(),
  version: z.enum(['same', 'live']).default('same'),
})

/** Starts a new execution that takes over what the old one has done before the node run to start from.
 *  @throws AppError forbidden, not_found, conflict while the old one is under way */
export async function retryExecution(
  app: App,
  caller: Caller,
  { id, from, context, version }: z.infer<typeof retryExecutionInput>,
): Promise<z.infer<typeof executionSchema>> {
  requirePermission(app, caller.principal, 'workflows.run')
  const old = await findExecution(app.client.db, id)
  if (!old)
    throw new AppError(
      'not_found',
      `There is no execution ${id}; one that was there may have been deleted after its time.`,
      { path: 'id' },
    )
  if (!old.finishedAt)
    throw new AppError('conflict', `The execution is ${old.status}; cancel it first.`, { path: 'id' })
  const workflow = app.registry.current().workflowsById.get(old.workflowId)
  if (!workflow?.live)
    throw new AppError('conflict', 'The workflow of this execution is not there any more.', { path: 'id' })
  const runs = await listNodeRuns(app.client.db, id)
  const isKept = keepsNodeRuns(old.logLevel ?? undefined, old)
  const kept = isKept ? keepBefore(runs, from) : await beginAnew(app, old, from)
  const live = version === 'live' ? workflow.live : { ...workflow.live, versionId: old.versionId }
  const started = await app.client.db.transaction().execute(async (trx) => {
    const [first] = await app.runs.insert(trx, [
      {
        workflow: { ...workflow, live },
        triggerType: old.trigger,
        context: (context ?? old.context) as JsonObject,
        depth: old.depth,
        debug: old.debug,
        parentId: id,
        rootId: old.rootId ?? id,
      },
    ])
    await insertJournal(trx, first!.executionId, kept)
    await recordAudit(app, caller, { action: 'executions.retry', target: id, details: { from: from ?? null } }, trx)
    return first!
  })
  app.runs.nudge()
  return getExecution(app, caller, { id: started.executionId })
}

/** Without node runs nobody knows what the old one has done: a retry does all of it again, and has to be asked for as that.
 *  @throws AppError conflict unless `from` is the first node */
async function beginAnew(
  app: App,
  { workflowId, version }: { workflowId: string; version: number | null },
  from: string | undefined,
): Promise<NodeRun[]> {
  const pinned = version === null ? undefined : await findVersion(app.client.db, workflowId, version)
  const first = pinned?.definition.nodes.find(({ disabled }) => !disabled)?.key
  if (first === undefined || from === first) return []
  throw new AppError(
    'conflict',
    `The node runs of this execution were not kept (logLevel of its workflow), so it can only be started anew, which does everything again: ask for it with from: "${first}".`,
    { path: 'from' },
  )
}

function keepBefore(runs: NodeRun[], from: string | undefined): NodeRun[] {
  const at = runs.findIndex((run) => (from === undefined ? run.status === 'failed' : run.path === from))
  if (from !== undefined && at < 0)
    throw new AppError('not_found', `The execution has no node run "${from}".`, { path: 'from' })
  // A failure that the workflow went on after is a result like any other.
  return (at < 0 ? [] : runs.slice(0, at)).filter((run) => run.status === 'succeeded' || run.status === 'failed')
}
