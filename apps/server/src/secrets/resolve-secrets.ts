import { compileTemplate, resolveTemplate } from '@ensue/engine'
import { AppError, type Json, NodeError } from '@ensue/engine/core'
import type { App } from '../context.ts'

/** A part of a trigger's config with `{{$secrets.NAME}}` and `{{$env.NAME}}` replaced by what they stand for. The result is for use, never
 *  to be stored, logged or answered.
 *  @throws AppError `unavailable` when a secret is not there, or an expression is more than a plain one */
export function resolveSecrets<T extends Json>(app: App, value: T): T {
  const template = compileTemplate(value, { secrets: true, strict: true })
  try {
    const { values } = app.secrets.current()
    const resolved = resolveTemplate(template, { secrets: values, env: app.registry.current().variables })
    if (!(resolved instanceof Promise)) return resolved as T
    resolved.catch(() => {})
    throw new NodeError('expression_not_allowed', 'The expression is too complex for this place.')
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    throw new AppError('unavailable', error.message, { cause: error })
  }
}
