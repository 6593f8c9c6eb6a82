import type { Refusal } from '@ensue/db'
import { LIMITS } from '@ensue/engine'
import type { LiveTrigger } from '../registry.ts'

/** Keeps workflows from starting each other without end.
 *  @param depth steps from the start of the chain of causation to the execution that is to be started
 *  @param chain ids of the workflows in it */
export function refuseInChain(
  { workflow, config }: LiveTrigger,
  depth: number,
  chain: ReadonlySet<string> | undefined,
): Refusal | undefined {
  if (depth > LIMITS.maxChainDepth)
    return {
      reason: 'chain_too_deep',
      message: `The chain of causation is longer than ${LIMITS.maxChainDepth} executions.`,
    }
  if (chain?.has(workflow.id) && config.allowSelfTrigger !== true)
    return {
      reason: 'self_triggered',
      message: 'The workflow is in the chain that led here already; allow it to start itself if this is meant.',
    }
  return undefined
}
