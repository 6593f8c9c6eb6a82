import { z } from 'zod'
import { jsonSchemaField, toList } from '../nodes/config-fields.ts'
import { replyMembers } from '../nodes/response.ts'
import { defineTrigger } from './define-trigger.ts'
import { webhookAuth } from './webhook-auth.ts'
import { deadlineMs, dedupe, ipAllowlist, maxBytes, rateLimit, WEBHOOK_GROUPS } from './webhook-limits.ts'
import { signatureField } from './webhook-signature.ts'
import { declaredTypes } from './webhook-variable-types.ts'
import { webhookVariables } from './webhook-variables.ts'

export const WEBHOOK_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** `/orders/:orderId`: literal segments and parameters; `.` and `..` would be resolved away by every client. */
const PATH = /^(\/(:[A-Za-z_]\w*|(?!\.{1,2}(\/|$))[\w.~-]+))+$/

/** What an async webhook answers, once its expressions are resolved. */
export const webhookReply = z.strictObject(replyMembers)

export const webhookTrigger = defineTrigger({
  type: 'webhook',
  title: 'Webhook',
  summary: 'Starts when a third party calls the URL of the workflow.',
  icon: 'webhook',
  config: z.strictObject({
    methods: z
      .preprocess(toList, z.array(z.enum(WEBHOOK_METHODS)).min(1))
      .default(['POST'])
      .meta({ title: 'Methods', widget: 'select' }),
    path: z
      .string()
      .max(255)
      .regex(PATH, 'A path looks like /orders/:orderId')
      .refine((path) => !hasRepeatedParameter(path), 'Two parameters of the path have the same name.')
      .optional()
      .meta({
        title: 'Path',
        placeholder: '/orders/:orderId',
        description: 'Beside the URL with the key of the workflow.',
      }),
    auth: webhookAuth,
    signature: signatureField,
    ipAllowlist,
    maxBytes,
    rateLimit,
    dedupe,
    schema: jsonSchemaField(
      'Schema of the body',
      'A body that does not fit is answered 422 with the paths that fail.',
    ).meta({ group: WEBHOOK_GROUPS.content }),
    variables: webhookVariables,
    onlyDeclared: z.boolean().optional().meta({
      title: 'Only declared variables',
      group: WEBHOOK_GROUPS.content,
      description: 'Leaves everything else of the request out of the context.',
    }),
    reply: webhookReply.optional().meta({
      title: 'Reply',
      description: 'What an async workflow answers at once; 200 and "ok" by default.',
      visibleWhen: { sync: false },
    }),
    deadlineMs,
  }),
  expressions: ['dedupe.expression'],
  raw: ['schema', 'variables'],
  sync: 'optional',
  subjects: ({ path }, workflowKey) => (path === undefined ? [workflowKey] : [workflowKey, path]),
  matches: ({ methods }, { facts }) => facts.method === undefined || methods.some((method) => method === facts.method),
  variables: {
    data: 'The body of the request.',
    headers: 'The headers, names in lower case.',
    query: 'The query of the URL.',
    params: 'The parameters of the path.',
    method: 'The method of the request.',
    ip: 'The address the request came from.',
    rawBody: 'The body as text.',
    deliveryId: 'Id of the delivery in the inbox.',
  },
  variableTypes({ path, variables }) {
    const text = { type: 'string' }
    const parameters = (path ?? '').match(/(?<=:)\w+/g) ?? []
    return {
      ...declaredTypes(variables ?? {}),
      params: {
        kind: 'schema',
        schema: { type: 'object', properties: Object.fromEntries(parameters.map((name) => [name, text])) },
      },
      ...Object.fromEntries(
        ['method', 'ip', 'rawBody', 'deliveryId'].map((name) => [name, { kind: 'schema', schema: text } as const]),
      ),
    }
  },
  aliases: { $body: 'data', $headers: 'headers', $query: 'query', $params: 'params' },
})

function hasRepeatedParameter(path: string): boolean {
  const names = path.match(/:\w+/g) ?? []
  return new Set(names).size !== names.length
}
