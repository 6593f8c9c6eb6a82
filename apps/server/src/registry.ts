import {
  type AdmissionLimits,
  buildCollectionRegistry,
  type CollectionRegistry,
  type Db,
  type DbOrTrx,
  type EventTypeRow,
  loadRegistry,
  type Permissions,
  type RegistryRows,
  type SealedSecret,
} from '@ensue/db'
import {
  type ActiveTrigger,
  concurrencyOf,
  type Definition,
  indexTriggers,
  type TriggerIndex,
  type WorkflowOptions,
} from '@ensue/engine'

/** A workflow as triggers see it: enabled or not, with its live version. */
export interface LiveWorkflow {
  id: string
  key: string
  title: string
  enabled: boolean
  /** Absent while the workflow was never deployed. */
  live?: { versionId: string; version: number; definition: Definition }
}

/** The trigger of an enabled, deployed workflow. */
export interface LiveTrigger extends ActiveTrigger {
  workflow: LiveWorkflow
}

/** One consistent view of everything that processes cache. Immutable. */
export interface Snapshot {
  revision: number
  collections: CollectionRegistry
  workflows: ReadonlyMap<string, LiveWorkflow>
  workflowsById: ReadonlyMap<string, LiveWorkflow>
  /** Enabled, deployed workflows by trigger type and subject. */
  triggers: TriggerIndex<LiveTrigger>
  roles: ReadonlyMap<string, { name: string; title: string; permissions: Permissions }>
  variables: Record<string, string>
  /** The declared events. */
  eventTypes: ReadonlyMap<string, EventTypeRow>
  /** Encrypted; `app.secrets` opens them. */
  secrets: SealedSecret[]
  /** When queued executions may run, by workflow id, where the live version sets limits. */
  limits: ReadonlyMap<string, AdmissionLimits>
}

export interface Registry {
  /** The newest snapshot this process has. */
  current(): Snapshot
  /** The snapshot at `revision` or newer; loads it when ours is older. Reads in the given transaction, so it sees what that sees. */
  atLeast(revision: number, db?: DbOrTrx): Promise<Snapshot>
  /** Loads anew; called after NOTIFY and by verbs that changed something, after their commit. */
  refresh(): Promise<Snapshot>
}

export async function createRegistry(db: Db): Promise<Registry> {
  let snapshot = build(await loadRegistry(db))
  let loading: Promise<Snapshot> | undefined

  async function load(from: DbOrTrx): Promise<Snapshot> {
    const next = build(await loadRegistry(from))
    // Loads can overtake each other; a snapshot never goes back.
    if (next.revision > snapshot.revision) snapshot = next
    return next
  }
  function refresh(): Promise<Snapshot> {
    // A load under way may have read before the change that asks for this one: queue behind it.
    const next = (loading ?? Promise.resolve(snapshot)).catch(() => snapshot).then(() => load(db))
    loading = next
    return next
  }
  return {
    current: () => snapshot,
    atLeast: async (revision, from) => (snapshot.revision >= revision ? snapshot : from ? load(from) : refresh()),
    refresh,
  }
}

function build(rows: RegistryRows): Snapshot {
  const workflows = rows.workflows.map(
    (row): LiveWorkflow => ({
      id: row.id,
      key: row.key,
      title: row.title,
      enabled: row.enabled,
      ...(row.versionId === null || row.number === null || row.definition === null
        ? {}
        : { live: { versionId: row.versionId, version: row.number, definition: row.definition } }),
    }),
  )
  return {
    revision: rows.revision,
    collections: buildCollectionRegistry(rows.collections),
    workflows: new Map(workflows.map((workflow) => [workflow.key, workflow])),
    workflowsById: new Map(workflows.map((workflow) => [workflow.id, workflow])),
    triggers: indexTriggers(
      workflows.flatMap((workflow) =>
        workflow.enabled && workflow.live
          ? [{ ...workflow.live.definition.trigger, workflowKey: workflow.key, workflow }]
          : [],
      ),
    ),
    roles: new Map(rows.roles.map((role) => [role.name, role])),
    limits: new Map(
      workflows.flatMap(({ id, live }): [string, AdmissionLimits][] => {
        const limits = live && admissionLimits(live.definition.options)
        return limits ? [[id, limits]] : []
      }),
    ),
    secrets: rows.secrets,
    eventTypes: new Map(rows.eventTypes.map((type) => [type.name, type])),
    variables: Object.fromEntries(rows.variables.map((variable) => [variable.name, variable.value])),
  }
}

function admissionLimits(options: WorkflowOptions): AdmissionLimits | undefined {
  const concurrency = concurrencyOf(options)
  const max = concurrency?.onExcess === 'queue' ? concurrency.max : undefined
  if (max === undefined && !options.rateLimit) return undefined
  return { ...(max === undefined ? {} : { max }), ...(options.rateLimit ? { rate: options.rateLimit } : {}) }
}
