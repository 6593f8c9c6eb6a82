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
  if (idempotencyKey === undefined) return
  const refuse = (message: string) => new AppError('invalid_input', message, { path: 'idempotencyKey' })
  if (action !== 'trigger') throw refuse('Only the trigger action takes an idempotency key: it writes no record.')
  for (const { workflow, trigger } of triggers)
    if (trigger.type === 'action' && trigger.config.transactional)
      throw refuse(
        `The workflow "${workflow.key}" runs in the transaction of the action, which takes no idempotency key.`,
      )
}
