import { useMemo } from 'react'
import type { Definition } from '../../api/types.ts'
import { useLiveTriggers } from '../../api/workflows.ts'
import { allNodes } from '../../canvas/edit-definition.ts'
import type { CalledOutputs } from '../../forms/variables.ts'
import { asText, schemaOf } from '../../lib/json.ts'

/** What the workflows that this one calls declare to give. */
export function useCalledOutputs(definition: Definition): CalledOutputs {
  const called = allNodes(definition).flatMap(({ node: { type, config } }) =>
    type === 'subWorkflow' ? [asText(config.workflow)] : [],
  )
  const live = useLiveTriggers(called)
  return useMemo(
    () => Object.fromEntries(Object.entries(live ?? {}).map(([key, { output }]) => [key, schemaOf(output)])),
    [live],
  )
}
