import { describe, expect, it } from 'vitest'
import type { Catalog, Definition, NodeDefinition } from '../api/types.ts'
import { layoutDefinition, NODE_HEIGHT, NODE_WIDTH, roundedPath, TRIGGER_KEY } from './layout.ts'

const base = { title: '', summary: '', category: 'flow', icon: '', configSchema: {} }
const catalog: Catalog = {
  triggers: [],
  nodes: [
    { ...base, type: 'set', traits: {} },
    { ...base, type: 'end', traits: { ends: true } },
    {
      ...base,
      type: 'condition',
      traits: {},
      branches: [
        { name: 'yes', title: 'Yes' },
        { name: 'no', title: 'No' },
      ],
    },
  ],
}
const node = (key: string, type = 'set', branches?: Record<string, NodeDefinition[]>): NodeDefinition => ({
  key,
  type,
  config: {},
  ...(branches ? { branches } : {}),
})
const define = (...nodes: NodeDefinition[]): Definition => ({
  sync: false,
  trigger: { type: 'action', config: {} },
  nodes,
  options: {},
})
const place = (definition: Definition) => {
  const layout = layoutDefinition(definition, catalog)
  return { ...layout, at: (key: string) => layout.nodes.find((item) => item.key === key)! }
}

describe('layoutDefinition', () => {
  it('draws an empty workflow as a trigger, a plus and an end', () => {
    const { nodes, slots, end } = place(define())
    expect(nodes.map(({ key }) => key)).toEqual([TRIGGER_KEY])
    expect(slots.map(({ slot }) => slot)).toEqual([{ parent: null, branch: '', index: 0 }])
    expect(end).toBeDefined()
  })

  it('puts the nodes of a list below each other on one axis', () => {
    const { at } = place(define(node('a'), node('b')))
    expect(at('a').x).toBe(at('b').x)
    expect(at('b').y).toBeGreaterThan(at('a').y + NODE_HEIGHT)
  })

  it('puts branches side by side, without overlap, and centred below their node', () => {
    const { at, nodes } = place(
      define(
        node('c', 'condition', {
          yes: [node('y'), node('d', 'condition', { yes: [node('dy')], no: [node('dn')] })],
          no: [node('n')],
        }),
        node('z'),
      ),
    )
    expect(at('y').x + NODE_WIDTH).toBeLessThan(at('n').x)
    expect(at('dy').x + NODE_WIDTH).toBeLessThan(at('dn').x)
    expect(at('dn').x + NODE_WIDTH).toBeLessThan(at('n').x)
    expect(at('z').y).toBeGreaterThan(at('dn').y)
    for (const a of nodes)
      for (const b of nodes)
        if (a !== b)
          expect(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT, `${a.key} ${b.key}`).toBe(
            true,
          )
  })

  it('has one slot for every place in every list', () => {
    const { slots } = place(define(node('c', 'condition', { yes: [node('y')], no: [] })))
    const names = slots.map(({ slot }) => `${slot.parent}/${slot.branch}/${slot.index}`).sort()
    expect(names).toEqual(['c/no/0', 'c/yes/0', 'c/yes/1', 'null//0', 'null//1'])
  })

  it('draws no way on from a node that ends the run', () => {
    const ended = place(define(node('c', 'condition', { yes: [node('e', 'end')], no: [node('f', 'end')] })))
    expect(ended.end).toBeUndefined()
    expect(ended.lines.some(({ id }) => id.startsWith('join:'))).toBe(false)
    const half = place(define(node('c', 'condition', { yes: [node('e', 'end')], no: [] })))
    expect(half.lines.filter(({ id }) => id.startsWith('join:')).map(({ branch }) => branch)).toEqual(['c/no'])
  })

  it('gives the same drawing for the same definition', () => {
    const definition = define(node('c', 'condition', { yes: [node('y')], no: [] }))
    expect(layoutDefinition(definition, catalog)).toEqual(layoutDefinition(structuredClone(definition), catalog))
  })
})

describe('roundedPath', () => {
  it('rounds the corners and drops repeated points', () => {
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 0, y: 0 },
        { x: 0, y: 40 },
      ]),
    ).toBe('M0,0 L0,40')
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 0, y: 40 },
          { x: 40, y: 40 },
        ],
        10,
      ),
    ).toBe('M0,0 L0,30 Q0,40 10,40 L40,40')
  })
})
