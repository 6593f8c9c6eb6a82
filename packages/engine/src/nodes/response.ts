import { z } from 'zod'
import { jsonValue } from './config-fields.ts'
import { defineNode } from './define-node.ts'
import { headersField } from './http-headers.ts'

/** They would act on the product's own origin. */
const OF_THE_ORIGIN = [
  'set-cookie',
  'clear-site-data',
  'strict-transport-security',
  'service-worker-allowed',
  'alt-svc',
]

/** What a workflow may answer over HTTP; shared with the webhook trigger's immediate reply. */
export const replyMembers = {
  status: z.int().min(200).max(599).default(200).meta({ title: 'Status' }),
  headers: headersField(OF_THE_ORIGIN),
  body: jsonValue
    .optional()
    .meta({ title: 'Body', widget: 'json', description: 'Text as it stands, anything else as JSON.' }),
}

export const responseNode = defineNode({
  type: 'response',
  title: 'Response',
  summary: 'Answers the webhook call and ends the workflow.',
  category: 'out',
  icon: 'arrow-back-up',
  config: z.strictObject({
    ...replyMembers,
    base64: z
      .boolean()
      .optional()
      .meta({ title: 'Body is base64', description: 'The body is the base64 text of bytes.' }),
  }),
  traits: { effect: 'pure', responds: true, ends: true },
  run: ({ status, headers, body, base64 }) => ({
    kind: 'respond',
    reply: { status, headers: headers ?? {}, body: body ?? null, ...(base64 ? { base64: true } : {}) },
  }),
})
