import { AppError } from '@ensue/engine/core'
import { checkJsonSchema } from '../http/json-schema.ts'
import type { ActionCall } from './action.ts'
import type { ResolvedTrigger } from './resolve-triggers.ts'

/** Checks what a call hands to its workflows, before anything is written.
 *  @throws AppError schema_invalid, invalid_input */
export function checkTriggerInput(
  { action, values = {}, idempotencyKey }: ActionCall,
  triggers: readonly ResolvedTrigger[],
): void {
  for (const { trigger } of triggers)
    if (trigger.type === 'manual' && trigger.config.input) checkJsonSchema(trigger.config.input, values, 'values')
  if (idempotencyKey === undefined || action !== 'trigger') return
  for (const { workflow, trigger } of triggers)
    if (trigger.type === 'action' && trigger.config.transactional)
      throw new AppError(
        'invalid_input',
        `The workflow "${workflow.key}" runs in the transaction of the action, which takes no idempotency key.`,
        { path: 'idempotencyKey' },
      )
}
