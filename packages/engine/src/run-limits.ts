import { NodeError } from './core/errors.ts'
import { type Json, sizeOf } from './core/json.ts'
import { LIMITS } from './definition.ts'
import type { NodeRun, RunError } from './execution.ts'
import type { Outcome } from './nodes/define-node.ts'

/** Counts what one run takes, from its start or, when it is resumed, from what its journal holds. */
export function createRunLimits(isSync: boolean): {
  /** One more node is to run. */
  count(node: string): RunError | undefined
  /** A node run has settled, and stays in memory and in the journal. */
  keep(entry: NodeRun): RunError | undefined
} {
  const maxRuns = isSync ? LIMITS.maxSyncNodeRuns : LIMITS.maxNodeRuns
  let runs = 0
  let bytes = 0
  return {
    count(node) {
      runs += 1
      if (runs <= maxRuns) return undefined
      return { code: 'limit_exceeded', message: `The run took more than ${maxRuns} node runs.`, node }
    },
    keep({ node, input, output }) {
      bytes += (input === undefined ? 0 : sizeOf(input)) + (output === undefined ? 0 : sizeOf(output))
      if (bytes <= LIMITS.maxJournalBytes) return undefined
      const message = `The inputs and outputs of the run's nodes take more than ${LIMITS.maxJournalBytes} bytes together.`
      return { code: 'journal_too_large', message, node }
    },
  }
}

/** @throws NodeError `output_too_large`. What reaches the outside world has bounds of its own, which are known before it is done. */
export function bounded(outcome: Outcome): Outcome {
  const output = outputOf(outcome)
  if (output !== undefined && sizeOf(output) > LIMITS.maxOutputBytes)
    throw new NodeError(
      'output_too_large',
      `The output is larger than ${LIMITS.maxOutputBytes} bytes: let the node take less, e.g. fewer records or fields.`,
    )
  return outcome
}

function outputOf(outcome: Outcome): Json | undefined {
  switch (outcome.kind) {
    case 'setVars':
      return outcome.vars
    case 'setValues':
      return outcome.values
    case 'done':
    case 'end':
      return outcome.output
    default:
      return undefined
  }
}
