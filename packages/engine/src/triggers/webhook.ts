import { z } from 'zod'
import { toList } from '../nodes/config-fields.ts'
import { replyMembers } from '../nodes/response.ts'
import { defineTrigger } from './define-trigger.ts'

export const WEBHOOK_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** `/orders/:orderId`: literal segments and parameters; `.` and `..` would be resolved away by every client. */
const PATH = /^(\/(:[A-Za-z_]\w*|(?!\.{1,2}(\/|$))[\w.~-]+))+$/

const basicAuth = z.strictObject({
  type: z.literal('basic'),
  // RFC 7617: the user name ends at the first colon.
  username: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^:]*$/, 'A user name holds no colon.')
    .meta({ title: 'User name' }),
  password: z
    .string()
    .min(8, 'A password has at least 8 characters.')
    .max(255)
    .meta({ title: 'Password', secret: true, writeOnly: true }),
})

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
    auth: z
      .discriminatedUnion('type', [z.strictObject({ type: z.literal('none') }), basicAuth])
      .optional()
      .meta({ title: 'Authentication' }),
    reply: z
      .strictObject(replyMembers)
      .optional()
      .meta({
        title: 'Reply',
        description: 'What an async workflow answers at once; 200 and "ok" by default.',
        visibleWhen: { sync: false },
      }),
  }),
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
  variableTypes({ path }) {
    const text = { type: 'string' }
    const parameters = (path ?? '').match(/(?<=:)\w+/g) ?? []
    return {
      headers: { kind: 'schema', schema: { type: 'object', additionalProperties: text } },
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
