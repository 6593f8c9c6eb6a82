import { type Client, defineWorkflow, type NodeInput } from '@ensue/sdk'
import { makeCollections, makeWorkflow, type SetUpClient } from '../set-up.ts'

/** The records of the story, for a typed client. */
export interface Story {
  collections: {
    customers: { email: string; name: string; company: string | null; ownerId: string | null }
    feedback: { topic: 'sales' | 'support'; message: string; customerId: number }
  }
}

export const WORKFLOW = 'feedback-form'
export const THANKS_PAGE = 'https://acme.example/thanks'

const collections = [
  {
    name: 'customers',
    title: 'Customers',
    fields: [
      { name: 'email', type: 'email', title: 'E-mail', required: true, unique: true },
      { name: 'name', type: 'string', title: 'Name', required: true },
      { name: 'company', type: 'string', title: 'Company' },
      { name: 'owner', type: 'belongsTo', title: 'Owner', target: 'users' },
    ],
  },
  {
    name: 'feedback',
    title: 'Feedback',
    fields: [
      { name: 'topic', type: 'enum', title: 'Topic', values: ['sales', 'support'], required: true },
      { name: 'message', type: 'text', title: 'Message', required: true },
      { name: 'customer', type: 'belongsTo', title: 'Customer', target: 'customers' },
    ],
  },
] satisfies Parameters<typeof makeCollections>[1]

const keepMessage = (suffix: string, customer: string): NodeInput => ({
  key: `message_${suffix}`,
  type: 'record.create',
  title: 'Keep the message',
  config: {
    collection: 'feedback',
    values: { topic: '{{$body.topic}}', message: '{{$body.message}}', customer },
  },
})

/** Called by the browser of who has filled in the form on the web site: writes the customer or brings it up to date, gives it an owner
 *  by the topic, confirms by e-mail and tells the owner. */
const definition = defineWorkflow({
  trigger: {
    type: 'webhook',
    config: {
      methods: ['POST'],
      // A form that lacks something is answered with what it lacks, and starts nothing.
      schema: {
        type: 'object',
        required: ['name', 'email', 'topic', 'message'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 200 },
          email: { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$', maxLength: 200 },
          company: { type: 'string', maxLength: 200 },
          topic: { enum: ['sales', 'support'] },
          message: { type: 'string', minLength: 1, maxLength: 10_000 },
        },
      },
      // The browser goes on to the page that says thank you.
      reply: { status: 303, headers: { Location: THANKS_PAGE } },
    },
  },
  options: { label: '{{$body.email}}', concurrency: 1 },
  nodes: [
    {
      key: 'email',
      type: 'set',
      title: 'One spelling of the address',
      config: { values: { email: '{{$lowercase($trim($body.email))}}' } },
    },
    {
      key: 'owner_address',
      type: 'calculate',
      title: 'Who is responsible?',
      config: { expression: '$body.topic = "sales" ? $env.SALES : $env.SUPPORT' },
    },
    {
      key: 'owner',
      type: 'record.query',
      title: 'Find the owner',
      config: { collection: 'users', filter: { email: '{{$nodes.owner_address}}' }, failIfEmpty: true },
    },
    {
      key: 'customer',
      type: 'record.query',
      title: 'Find the customer',
      config: { collection: 'customers', filter: { email: '{{$vars.email}}' } },
    },
    {
      key: 'is_new',
      type: 'condition',
      title: 'A new customer?',
      config: { conditions: { all: [{ left: '{{$nodes.customer}}', operator: 'empty' }] } },
      branches: {
        yes: [
          {
            key: 'create',
            type: 'record.create',
            title: 'Create the customer',
            config: {
              collection: 'customers',
              values: {
                email: '{{$vars.email}}',
                name: '{{$body.name}}',
                company: '{{$body.company}}',
                owner: '{{$nodes.owner.id}}',
              },
            },
          },
          keepMessage('new', '{{$nodes.create.id}}'),
        ],
        // Who is looked after already keeps the owner.
        no: [
          {
            key: 'update',
            type: 'record.update',
            title: 'Bring the customer up to date',
            config: {
              collection: 'customers',
              id: '{{$nodes.customer.id}}',
              values: {
                name: '{{$body.name}}',
                company: '{{$body.company ? $body.company : $nodes.customer.company}}',
              },
            },
          },
          keepMessage('known', '{{$nodes.customer.id}}'),
        ],
      },
    },
    {
      key: 'confirm',
      type: 'email',
      title: 'Confirm by e-mail',
      config: {
        credential: 'MAIL',
        to: '{{$vars.email}}',
        subject: 'We have your message, {{$body.name}}',
        text: 'Dear {{$body.name}},\n\nthank you for writing to us. You wrote:\n\n{{$body.message}}\n',
      },
      retry: { maxAttempts: 5, delayMs: 1_000, backoff: 'exponential' },
    },
    {
      key: 'tell',
      type: 'notify',
      title: 'Tell the owner',
      config: { users: ['{{$nodes.owner.id}}'], text: '{{$body.name}} ({{$vars.email}}) wrote: {{$body.message}}' },
    },
  ],
})

export interface Settings {
  /** The value of a secret of the kind smtp. */
  mail: {
    host: string
    port: number
    username: string
    password: string
    from: string
    requireTls?: boolean
  }
  /** E-mail addresses of the users who own what is sold, and what is to be repaired. */
  sales: string
  support: string
}

/** Makes what the story needs, unless it is there: the mail credential, variables, collections and the workflow. */
export async function setUp(
  ensue: SetUpClient & Pick<Client, 'secrets' | 'variables'>,
  { mail, sales, support }: Settings,
): Promise<void> {
  await ensue.secrets.set({ name: 'MAIL', kind: 'smtp', value: mail })
  await ensue.variables.set({ name: 'SALES', value: sales })
  await ensue.variables.set({ name: 'SUPPORT', value: support })
  await makeCollections(ensue, collections)
  await makeWorkflow(ensue, { key: WORKFLOW, title: 'Feedback of the web site', definition })
}
