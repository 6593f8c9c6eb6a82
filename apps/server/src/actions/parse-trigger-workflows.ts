import { AppError } from '@ensue/engine/core'
import type { ActionCall } from './action.ts'

/** A workflow as a call names it. */
export interface NamedWorkflow {
  key: string
  /** Hands over what is at this path instead of the record. */
  association: string | undefined
}

const MAX_NAMED = 100

/** Reads `k1,k2!category` or `[{ workflow, association? }]`; what is named twice alike counts once.
 *  @throws AppError trigger_invalid */
export function parseTriggerWorkflows(named: ActionCall['triggerWorkflows']): NamedWorkflow[] {
  if (named === undefined || named.length === 0) return []
  const list =
    typeof named === 'string'
      ? named.split(',').map(fromText)
      : named.map((item) => ({ key: item.workflow, association: item.association }))
  if (list.length > MAX_NAMED) throw invalid(`A call may name ${MAX_NAMED} workflows at most.`)
  const seen = new Set<string>()
  return list.filter(({ key, association = '' }) => {
    const id = `${key}!${association}`
    return seen.has(id) ? false : seen.add(id)
  })
}

function fromText(text: string): NamedWorkflow {
  const [key = '', association, ...rest] = text.trim().split('!')
  if (key === '') throw invalid('Name workflows by their keys, separated by commas.')
  if (association === '' || rest.length > 0) throw invalid(`Write "${key}!<association>" to hand over related records.`)
  return { key, association }
}

function invalid(message: string): AppError {
  return new AppError('trigger_invalid', message, { path: 'triggerWorkflows' })
}
