import { type Client, defineWorkflow, type NodeInput } from '@ensue/sdk'
import { makeCollections, makeWorkflow, type SetUpClient } from '../set-up.ts'

/** The records of the story, for a typed client. */
export interface Story {
  collections: {
    reimbursements: {
      title: string
      amount: number
      status: 'pending' | 'approved' | 'rejected'
      requesterId: string | null
    }
    payouts: { amount: number; note: string | null; reimbursementId: number }
  }
}

export const WORKFLOW = 'reimbursement-review'

const payOut = (suffix: string): NodeInput[] => [
  {
    key: `pay_${suffix}`,
    type: 'record.create',
    title: 'Create the payout',
    config: {
      collection: 'payouts',
      values: {
        amount: '{{$context.data.amount}}',
        note: 'For {{$context.data.title}}',
        reimbursement: '{{$context.data.id}}',
      },
    },
  },
  {
    key: `approve_${suffix}`,
    type: 'record.update',
    title: 'Mark as approved',
    config: { collection: 'reimbursements', id: '{{$context.data.id}}', values: { status: 'approved' } },
  },
]

/** Up to 500 is paid at once; more waits for a supervisor. */
export const definition = defineWorkflow({
  trigger: { type: 'action', config: { collection: 'reimbursements', mode: 'local' } },
  nodes: [
    {
      key: 'over_limit',
      type: 'condition',
      title: 'More than 500?',
      config: { conditions: { all: [{ left: '{{$context.data.amount}}', operator: 'gt', right: 500 }] } },
      branches: {
        yes: [
          {
            key: 'review',
            type: 'review',
            title: 'Review by a supervisor',
            config: {
              title: '{{$context.data.title}}: {{$context.data.amount}}',
              description: 'Asked for by {{$user.email}}.',
              assignees: { roles: ['admin'] },
              form: {
                type: 'object',
                properties: { costCenter: { type: 'string', title: 'Cost center' } },
              },
            },
            branches: {
              approve: payOut('reviewed'),
              reject: [
                {
                  key: 'reject',
                  type: 'record.update',
                  title: 'Mark as rejected',
                  config: { collection: 'reimbursements', id: '{{$context.data.id}}', values: { status: 'rejected' } },
                },
              ],
            },
          },
        ],
        no: payOut('small'),
      },
    },
  ],
})

const collections = [
  {
    name: 'reimbursements',
    title: 'Reimbursements',
    fields: [
      { name: 'title', type: 'string', title: 'Title', required: true },
      { name: 'amount', type: 'decimal', title: 'Amount', required: true, min: 0 },
      {
        name: 'status',
        type: 'enum',
        title: 'Status',
        values: ['pending', 'approved', 'rejected'],
        default: 'pending',
      },
      { name: 'requester', type: 'belongsTo', title: 'Requester', target: 'users' },
    ],
  },
  {
    name: 'payouts',
    title: 'Payouts',
    fields: [
      { name: 'amount', type: 'decimal', title: 'Amount', required: true },
      { name: 'note', type: 'string', title: 'Note' },
      { name: 'reimbursement', type: 'belongsTo', title: 'Reimbursement', target: 'reimbursements' },
    ],
  },
] satisfies Parameters<typeof makeCollections>[1]

/** Makes what the story needs, unless it is there: collections, workflow, and the binding of the Submit button. */
export async function setUp(ensue: SetUpClient & Pick<Client, 'views'>): Promise<void> {
  await makeCollections(ensue, collections)
  await makeWorkflow(ensue, { key: WORKFLOW, title: 'Reimbursement review', definition })
  await ensue.views.set({
    collection: 'reimbursements',
    config: { buttons: { create: { title: 'Submit', bindings: [{ workflow: WORKFLOW }] } } },
  })
}
