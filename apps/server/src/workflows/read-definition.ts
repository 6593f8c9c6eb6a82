import { type Definition, type Problem, validateDefinition } from '@ensue/engine'
import { AppError, findUnstorable } from '@ensue/engine/core'
import type { App } from '../context.ts'
import { validationEnv } from './validation-env.ts'

/** Reads a document as a definition. It may have problems, but not of its shape.
 *  @throws AppError `invalid_input` with an item for every fault of the shape */
export function readDefinition(app: App, input: unknown): { definition: Definition; problems: Problem[] } {
  const unstorable = findUnstorable(input)
  if (unstorable)
    throw new AppError(
      'invalid_input',
      'The definition holds text that cannot be stored, or is deeper than 64 levels.',
      {
        path: `definition.${unstorable.path}`,
      },
    )
  const { definition, problems } = validateDefinition(input, validationEnv(app.registry.current()))
  if (definition) return { definition, problems }
  throw new AppError('invalid_input', 'This is not a workflow definition.', {
    items: problems
      .slice(0, 20)
      .map(({ path, message }) => ({ code: 'invalid_input', message, path: `definition.${path}` })),
    details: { problems },
  })
}
