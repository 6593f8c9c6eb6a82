import {
  ADMIT_AT_MOST,
  type AdmissionLimits,
  admitInOrder,
  admitWithin,
  type DatabaseClient,
  listHeldBack,
  type NewExecution,
  type OrderingLine,
} from '@ensue/db'

/** An execution by what it may have to wait for. */
export type Gated = Pick<NewExecution, 'workflowId'> & { orderingKey?: string | null; limitKey?: string | null }

/** Lets executions through that have to wait for others: in the order of their ordering key, and within their workflow's limits.
 *  Knows what this process has put behind a gate or ended; what others did is found by a look at all of it. */
export interface Gate {
  /** An execution was queued, or came to rest: others behind the same gate may get through. Cheap for one with no gate.
   *  @returns whether there is anything to let through */
  touch(execution: Gated): boolean
  /** Anything may have changed. */
  touchAll(): void
  /** Lets through what may go. Cheap when nothing was touched. */
  open(): Promise<void>
}

export interface GateOptions {
  client: DatabaseClient
  /** By workflow id, where there is a limit. */
  limits(): ReadonlyMap<string, AdmissionLimits>
  /** Called when a rate may have room again. */
  onTime(): void
}

const RATE_EVERY_MS = 50

export function createGate({ client, limits, onTime }: GateOptions): Gate {
  let lines = new Map<string, OrderingLine>()
  let limited = new Set<string>()
  let all = true
  let timer: NodeJS.Timeout | undefined

  function later(workflowIds: readonly string[]): void {
    for (const workflowId of workflowIds) limited.add(workflowId)
    timer ??= setTimeout(() => {
      timer = undefined
      onTime()
    }, RATE_EVERY_MS)
    timer.unref()
  }

  return {
    touch({ workflowId, orderingKey, limitKey }) {
      if (typeof orderingKey === 'string') lines.set(`${workflowId} ${orderingKey}`, { workflowId, orderingKey })
      if (typeof limitKey === 'string') limited.add(workflowId)
      return typeof orderingKey === 'string' || typeof limitKey === 'string'
    },
    touchAll() {
      all = true
    },
    async open() {
      if (!all && lines.size === 0 && limited.size === 0) return
      const [named, workflows, everything] = [[...lines.values()], limited, all]
      lines = new Map()
      limited = new Set()
      all = false
      try {
        if (everything) all ||= (await admitInOrder(client.db)) === ADMIT_AT_MOST
        else if (named.length > 0) await admitInOrder(client.db, named)
        // What has passed the first gate may stand behind the second.
        for (const { workflowId } of named) if (limits().has(workflowId)) workflows.add(workflowId)
        if (everything) for (const workflowId of await listHeldBack(client.db)) workflows.add(workflowId)
        const heldBack: string[] = []
        for (const workflowId of workflows) {
          const { heldBackByRate } = await admitWithin(client, workflowId, limits().get(workflowId) ?? {})
          if (heldBackByRate) heldBack.push(workflowId)
        }
        if (heldBack.length > 0) later(heldBack)
      } catch (error) {
        all = true
        throw error
      }
    },
  }
}
