import type { NodeDefinition } from './definition.ts'
import type { NodeRun, Resolution, Wait } from './execution.ts'
import type { Outcome } from './nodes/define-node.ts'

/** The wait that a node asks for. Its time limit bounds how long it waits for another execution; other waits have bounds of their own. */
export function waitOf(
  { timeoutMs }: NodeDefinition,
  { path }: NodeRun,
  outcome: Extract<Outcome, { kind: 'wait' }>,
): Wait {
  if (outcome.for.kind !== 'execution' || timeoutMs === undefined) return { ...outcome.for, path } as Wait
  return { ...outcome.for, path, durationMs: timeoutMs }
}

/** What ended the wait that a node run goes on from. */
export function resolutionOf(
  entry: NodeRun,
  known: NodeRun | undefined,
  resolutions: ReadonlyMap<string, Resolution>,
): Resolution | undefined {
  if (known?.status !== 'waiting' || known.error) return undefined
  const resolution = resolutions.get(entry.path)
  // The next attempt calls again; it has nothing of the call that failed.
  return resolution?.kind === 'ended' && entry.attempt !== known.attempt ? undefined : resolution
}
