import type { Db } from '@ensue/db'
import { type CompiledWorkflow, compileWorkflow } from '@ensue/engine'
import type { Registry } from '../registry.ts'

const MAX_CACHED = 1_000

/** Versions ready to run. They are immutable, so what is cached never goes stale. */
export interface WorkflowVersions {
  cached(versionId: string): CompiledWorkflow | undefined
  /** @throws Error the version does not exist */
  load(versionId: string): Promise<CompiledWorkflow>
}

export function createWorkflowVersions(db: Db, registry: Registry): WorkflowVersions {
  const versions = new Map<string, CompiledWorkflow>()

  function keep(versionId: string, compiled: CompiledWorkflow): CompiledWorkflow {
    if (versions.size >= MAX_CACHED) versions.delete(versions.keys().next().value!)
    versions.set(versionId, compiled)
    return compiled
  }

  return {
    cached: (versionId) => versions.get(versionId),
    async load(versionId) {
      for (const workflow of registry.current().workflows.values())
        if (workflow.live?.versionId === versionId)
          return keep(versionId, compileWorkflow(workflow.key, workflow.live.definition))
      const row = await db
        .selectFrom('workflowVersion')
        .innerJoin('workflow', 'workflow.id', 'workflowVersion.workflowId')
        .select(['workflow.key', 'workflowVersion.definition'])
        .where('workflowVersion.id', '=', versionId)
        .executeTakeFirst()
      if (!row) throw new Error(`Workflow version ${versionId} does not exist.`)
      return keep(versionId, compileWorkflow(row.key, row.definition))
    },
  }
}
