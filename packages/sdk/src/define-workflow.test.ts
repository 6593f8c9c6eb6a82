import { expect, it } from 'vitest'
import { defineWorkflow } from './define-workflow.ts'

it('fills in what may be left out, in branches too', () => {
  const definition = defineWorkflow({
    trigger: { type: 'manual' },
    nodes: [
      { key: 'check', type: 'condition', branches: { yes: [{ key: 'stop', type: 'end' }], no: [] }, title: 'Check' },
    ],
  })
  expect(definition).toEqual({
    sync: false,
    trigger: { type: 'manual', config: {} },
    nodes: [
      {
        key: 'check',
        type: 'condition',
        title: 'Check',
        config: {},
        branches: { yes: [{ key: 'stop', type: 'end', config: {} }], no: [] },
      },
    ],
    options: {},
  })
})

it('refuses two nodes of one key', () => {
  const stop = { key: 'stop', type: 'end' }
  const nodes = [{ key: 'check', type: 'condition', branches: { yes: [stop], no: [stop] } }]
  expect(() => defineWorkflow({ trigger: { type: 'manual' }, nodes })).toThrow('Two nodes have the key "stop".')
})
