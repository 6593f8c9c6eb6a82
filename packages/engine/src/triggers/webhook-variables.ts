import { z } from 'zod'
import { toList } from '../nodes/config-fields.ts'
import { parseVariablePath } from '../webhook-path.ts'
import { headerName } from './header-name.ts'

const variablePath = z
  .string()
  .min(1)
  .max(500)
  .refine((path) => parseVariablePath(path) !== undefined, 'A path looks like a, b.c or items[0].sku.')

const variable = z.strictObject({
  path: variablePath.meta({ title: 'Path', placeholder: 'items[0].sku' }),
  alias: z
    .string()
    .max(100)
    .optional()
    .meta({ title: 'Alias', description: 'Shown in place of the path; expressions keep the path.' }),
  type: z
    .enum(['string', 'number', 'boolean', 'object', 'array', 'null'])
    .optional()
    .meta({ title: 'Type', widget: 'select' }),
})

export type DeclaredVariable = z.infer<typeof variable>

const MAX_DECLARED = 500

/** The parts of a request that a builder has named. */
export const webhookVariables = z
  .strictObject({
    headers: z
      .preprocess(toList, z.array(headerName).max(MAX_DECLARED))
      .optional()
      .meta({ title: 'Headers', widget: 'tags', placeholder: 'X-Request-Id' }),
    query: z.array(variable).max(MAX_DECLARED).optional().meta({ title: 'Parameters of the URL' }),
    body: z.array(variable).max(MAX_DECLARED).optional().meta({ title: 'Members of the body' }),
  })
  .optional()
  .meta({ title: 'Variables', description: 'What the picker offers by name.' })

export type WebhookVariables = NonNullable<z.infer<typeof webhookVariables>>
