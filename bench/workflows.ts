const overLimit = {
  key: 'check',
  type: 'condition',
  config: { conditions: { all: [{ left: '{{$body.amount}}', operator: 'gt', right: 500 }] } },
}
const answer = (approved: boolean) => [
  { key: approved ? 'yes' : 'no', type: 'response', config: { status: 200, body: { approved } } },
]
const store = (suffix: string) => [
  {
    key: `create_${suffix}`,
    type: 'record.create',
    config: { collection: 'bench_orders', values: { ref: '{{$body.ref}}', amount: '{{$body.amount}}', status: 'new' } },
  },
  {
    key: `update_${suffix}`,
    type: 'record.update',
    config: { collection: 'bench_orders', id: `{{$nodes.create_${suffix}.id}}`, values: { status: 'done' } },
  },
]
const finish = (suffix: string) => [
  {
    key: `finish_${suffix}`,
    type: 'record.update',
    config: { collection: 'bench_orders', id: '{{$context.data.id}}', values: { status: 'done' } },
  },
]
const webhook = (sync: boolean, nodes: unknown[]) => ({
  sync,
  trigger: { type: 'webhook', config: {} },
  nodes,
  options: {},
})

/** The workflows of research W1–W4: the same work as it was measured on the peers. */
export const WORKFLOWS = {
  'bench-w1': webhook(true, [{ ...overLimit, branches: { yes: answer(true), no: answer(false) } }]),
  'bench-w2': webhook(false, [{ ...overLimit, branches: { yes: store('a'), no: store('b') } }]),
  'bench-w3': {
    sync: false,
    trigger: { type: 'action', config: { collection: 'bench_orders', mode: 'local' } },
    nodes: [
      {
        ...overLimit,
        config: { conditions: { all: [{ left: '{{$context.data.amount}}', operator: 'gt', right: 500 }] } },
        branches: { yes: finish('a'), no: finish('b') },
      },
    ],
    options: {},
  },
  'bench-javascript': webhook(true, [
    {
      key: 'check',
      type: 'javascript',
      config: { inputs: { amount: '{{$body.amount}}' }, code: 'return { approved: amount > 500 }' },
    },
    { key: 'answer', type: 'response', config: { status: 200, body: '{{$nodes.check}}' } },
  ]),
  'bench-watch': {
    trigger: { type: 'collection', config: { collection: 'bench_watched', on: ['create'] } },
    nodes: [],
    options: {},
  },
  'bench-w4': webhook(
    true,
    Array.from({ length: 100 }, (_, index) => ({
      key: `step_${index}`,
      type: 'calculate',
      config: { expression: index === 0 ? '{{$body.amount + 1}}' : `{{$nodes.step_${index - 1} + 1}}` },
    })),
  ),
}

export const ORDERS = {
  name: 'bench_orders',
  fields: [
    { name: 'ref', type: 'string', required: true },
    { name: 'amount', type: 'integer', required: true },
    { name: 'status', type: 'string', default: 'new' },
  ],
}

export const WATCHED = { ...ORDERS, name: 'bench_watched' }
