import { describe, expect, it } from 'vitest'
import type { Definition, NodeDefinition } from '../api/types.ts'
import {
  copyWithFreeKeys,
  duplicateNode,
  findNode,
  freeKey,
  insertNode,
  keysOf,
  moveNode,
  nodeAtPath,
  nodesBefore,
  removeNode,
  renameNode,
  shiftNode,
} from './edit-definition.ts'

const node = (key: string, rest: Partial<NodeDefinition> = {}): NodeDefinition => ({
  key,
  type: 'set',
  config: {},
  ...rest,
})

const definition: Definition = {
  sync: false,
  trigger: { type: 'action', config: {} },
  options: {},
  nodes: [
    node('first'),
    node('check', {
      type: 'condition',
      branches: {
        yes: [node('review', { type: 'review' }), node('pay', { config: { value: '{{$nodes.review.comment}}' } })],
        no: [],
      },
    }),
    node('last', { config: { deep: [{ text: 'Hi {{ $nodes.pay.id }} {{$nodes.payment.id}}' }] } }),
  ],
}

const keys = (list: NodeDefinition[] | undefined) => list?.map(({ key }) => key)

describe('edit-definition', () => {
  it('inserts into the workflow and into an empty branch', () => {
    expect(keys(insertNode(definition, { parent: null, branch: '', index: 1 }, node('x')).nodes)).toEqual([
      'first',
      'x',
      'check',
      'last',
    ])
    const inner = insertNode(definition, { parent: 'check', branch: 'no', index: 0 }, node('x'))
    expect(keys(findNode(inner, 'check')?.node.branches?.no)).toEqual(['x'])
    expect(inner.nodes[0]).toBe(definition.nodes[0])
  })

  it('removes a node with its branches', () => {
    expect(keysOf(removeNode(definition, 'check'))).toEqual(new Set(['first', 'last']))
    expect(removeNode(definition, 'nothing')).toBe(definition)
  })

  it('moves within a list and between lists, and never into itself', () => {
    expect(keys(moveNode(definition, 'first', { parent: null, branch: '', index: 3 }).nodes)).toEqual([
      'check',
      'last',
      'first',
    ])
    const inner = moveNode(definition, 'last', { parent: 'check', branch: 'yes', index: 1 })
    expect(keys(findNode(inner, 'check')?.node.branches?.yes)).toEqual(['review', 'last', 'pay'])
    expect(moveNode(definition, 'check', { parent: 'check', branch: 'yes', index: 0 })).toBe(definition)
    expect(moveNode(definition, 'first', { parent: null, branch: '', index: 1 })).toBe(definition)
  })

  it('shifts by one place and leaves the branch at its end', () => {
    expect(keys(shiftNode(definition, 'last', 'up').nodes)).toEqual(['first', 'last', 'check'])
    expect(keys(shiftNode(definition, 'pay', 'up').nodes[1]?.branches?.yes)).toEqual(['pay', 'review'])
    expect(keys(shiftNode(definition, 'pay', 'down').nodes)).toEqual(['first', 'check', 'pay', 'last'])
    expect(keys(shiftNode(definition, 'review', 'up').nodes)).toEqual(['first', 'review', 'check', 'last'])
    expect(shiftNode(definition, 'first', 'up')).toBe(definition)
  })

  it('finds a free key', () => {
    expect(freeKey(new Set(), 'record.create')).toBe('record_create')
    expect(freeKey(new Set(['pay', 'pay2']), 'pay')).toBe('pay3')
    expect(freeKey(new Set(['pay2']), 'pay2')).toBe('pay3')
    expect(freeKey(new Set(), '1')).toBe('node')
  })

  it('copies a subtree with new keys that still refer to each other', () => {
    const copy = copyWithFreeKeys(definition, definition.nodes[1]!)
    expect(copy.key).toBe('check2')
    expect(copy.branches?.yes?.[1]).toMatchObject({ key: 'pay2', config: { value: '{{$nodes.review2.comment}}' } })
    expect(duplicateNode(definition, 'first').key).toBe('first2')
  })

  it('renames a node in every reference, and only it', () => {
    const renamed = renameNode(definition, 'pay', 'payout')
    expect(findNode(renamed, 'last')?.node.config).toEqual({
      deep: [{ text: 'Hi {{ $nodes.payout.id }} {{$nodes.payment.id}}' }],
    })
    expect(renameNode(definition, 'pay', 'last')).toBe(definition)
  })

  it('lists what has run before a node', () => {
    expect(keys(nodesBefore(definition, 'pay'))).toEqual(['first', 'check', 'review'])
    expect(keys(nodesBefore(definition, 'last'))).toEqual(['first', 'check', 'review', 'pay'])
  })

  it('follows the path of a problem to its node', () => {
    expect(nodeAtPath(definition, 'nodes.1.branches.yes.1.config.value')).toMatchObject({
      node: { key: 'pay' },
      rest: 'config.value',
    })
    expect(nodeAtPath(definition, 'nodes.2.type')).toMatchObject({ node: { key: 'last' }, rest: 'type' })
    expect(nodeAtPath(definition, 'nodes.1.branches.yes')).toMatchObject({ node: { key: 'check' } })
    expect(nodeAtPath(definition, 'trigger.config')).toBeUndefined()
  })
})
