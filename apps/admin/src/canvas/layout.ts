import type { Catalog, Definition, NodeDefinition } from '../api/types.ts'
import { branchesOf, endsRun, findNodeType } from './branches.ts'
import type { Slot } from './edit-definition.ts'

export const NODE_WIDTH = 256
export const NODE_HEIGHT = 60
export const TRIGGER_KEY = '$trigger'
const GAP = 48
const COLUMN_GAP = 36
const EMPTY_WIDTH = 132
const BRANCH_HEAD = 64
const JOIN_GAP = 26

export interface PlacedNode {
  key: string
  /** Absent for the trigger. */
  node?: NodeDefinition
  x: number
  y: number
}

export interface Point {
  x: number
  y: number
}

export interface PlacedLine {
  id: string
  points: Point[]
  /** The branch whose way this is, for run states: `check/yes`. */
  branch?: string
}

/** A `+` on a line. */
export interface PlacedSlot extends Point {
  slot: Slot
}

export interface PlacedLabel extends Point {
  id: string
  title: string
  branch: string
}

export interface Layout {
  nodes: PlacedNode[]
  lines: PlacedLine[]
  slots: PlacedSlot[]
  labels: PlacedLabel[]
  /** Where the run ends, when the last node lets it. */
  end: Point | undefined
  /** The trigger's axis is at 0, so that nothing moves on the screen when a branch grows; `left` is the leftmost x. */
  left: number
  width: number
  height: number
}

interface Size {
  /** How far the drawing reaches to the left and right of its vertical axis. */
  left: number
  right: number
}

/** Places every node of a definition: from top to bottom, the branches of a node side by side below it, each as wide as its
 *  widest part. Pure, so that the same definition always looks the same and nothing has to be stored. */
export function layoutDefinition(definition: Definition, catalog: Catalog | undefined): Layout {
  const layout: Layout = { nodes: [], lines: [], slots: [], labels: [], end: undefined, left: 0, width: 0, height: 0 }
  const typeOf = (node: NodeDefinition) => findNodeType(catalog, node.type)
  const sizes = new Map<NodeDefinition, { size: Size; branches: Size[] }>()

  const measureList = (nodes: NodeDefinition[]): Size => {
    const half = nodes.length === 0 ? EMPTY_WIDTH / 2 : NODE_WIDTH / 2
    return nodes
      .map(measureNode)
      .reduce((all, size) => ({ left: Math.max(all.left, size.left), right: Math.max(all.right, size.right) }), {
        left: half,
        right: half,
      })
  }

  const measureNode = (node: NodeDefinition): Size => {
    const branches = branchesOf(node, typeOf(node)).map(({ name }) => measureList(node.branches?.[name] ?? []))
    const total =
      branches.reduce((sum, { left, right }) => sum + left + right, 0) + COLUMN_GAP * Math.max(0, branches.length - 1)
    const half = Math.max(NODE_WIDTH, total) / 2
    const size = { left: half, right: half }
    sizes.set(node, { size, branches })
    return size
  }

  /** @returns the bottom of the list, and whether the run can go on from there. */
  const placeList = (nodes: NodeDefinition[], x: number, top: number, at: Omit<Slot, 'index'>, branch?: string) => {
    let y = top
    let open = true
    nodes.forEach((node, index) => {
      if (index > 0) {
        if (open)
          layout.lines.push({
            id: `to:${node.key}`,
            points: [
              { x, y },
              { x, y: y + GAP },
            ],
            ...(branch ? { branch } : {}),
          })
        layout.slots.push({ x, y: y + GAP / 2, slot: { ...at, index } })
        y += GAP
      }
      const placed = placeNode(node, x, y)
      y = placed.bottom
      open = placed.open
    })
    return { bottom: y, open }
  }

  const placeNode = (node: NodeDefinition, x: number, y: number): { bottom: number; open: boolean } => {
    layout.nodes.push({ key: node.key, node, x: x - NODE_WIDTH / 2, y })
    const bottom = y + NODE_HEIGHT
    const branches = branchesOf(node, typeOf(node))
    if (branches.length === 0) return { bottom, open: !endsRun(typeOf(node)) }

    const columns = sizes.get(node)?.branches ?? []
    const total = columns.reduce((sum, { left, right }) => sum + left + right, 0) + COLUMN_GAP * (columns.length - 1)
    let cursor = x - total / 2
    const fork = bottom + JOIN_GAP / 2
    const ends: { x: number; bottom: number; open: boolean; branch: string }[] = []
    branches.forEach(({ name, title }, index) => {
      const column = columns[index] ?? { left: EMPTY_WIDTH / 2, right: EMPTY_WIDTH / 2 }
      const center = cursor + column.left
      cursor += column.left + column.right + COLUMN_GAP
      const list = node.branches?.[name] ?? []
      const branch = `${node.key}/${name}`
      const top = bottom + JOIN_GAP / 2 + BRANCH_HEAD
      layout.lines.push({
        id: `fork:${branch}`,
        branch,
        points: [
          { x, y: bottom },
          { x, y: fork },
          { x: center, y: fork },
          { x: center, y: top },
        ],
      })
      layout.labels.push({ id: `label:${branch}`, x: center, y: fork + 19, title, branch })
      layout.slots.push({ x: center, y: top - 17, slot: { parent: node.key, branch: name, index: 0 } })
      const placed = placeList(list, center, top, { parent: node.key, branch: name }, branch)
      const last = list.length > 0
      if (last && placed.open)
        layout.slots.push({
          x: center,
          y: placed.bottom + 20,
          slot: { parent: node.key, branch: name, index: list.length },
        })
      ends.push({ x: center, bottom: placed.bottom, open: placed.open, branch })
    })
    const lowest = Math.max(...ends.map((end) => end.bottom)) + 40
    const join = lowest + JOIN_GAP
    for (const end of ends)
      if (end.open)
        layout.lines.push({
          id: `join:${end.branch}`,
          branch: end.branch,
          points: [
            { x: end.x, y: end.bottom },
            { x: end.x, y: lowest },
            { x, y: lowest },
            { x, y: join },
          ],
        })
    return { bottom: join, open: ends.some((end) => end.open) }
  }

  const size = measureList(definition.nodes)
  const axis = 0
  layout.nodes.push({ key: TRIGGER_KEY, x: axis - NODE_WIDTH / 2, y: 0 })
  layout.left = -size.left
  layout.width = size.left + size.right
  const root = { parent: null, branch: '' }
  layout.lines.push({
    id: 'start',
    points: [
      { x: axis, y: NODE_HEIGHT },
      { x: axis, y: NODE_HEIGHT + GAP },
    ],
  })
  layout.slots.push({ x: axis, y: NODE_HEIGHT + GAP / 2, slot: { ...root, index: 0 } })
  const { bottom, open } = placeList(definition.nodes, axis, NODE_HEIGHT + GAP, root)
  if (open && definition.nodes.length > 0) {
    layout.lines.push({
      id: 'end',
      points: [
        { x: axis, y: bottom },
        { x: axis, y: bottom + GAP },
      ],
    })
    layout.slots.push({ x: axis, y: bottom + GAP / 2, slot: { ...root, index: definition.nodes.length } })
  }
  if (open) layout.end = { x: axis, y: definition.nodes.length > 0 ? bottom + GAP : bottom }
  layout.height = bottom + GAP + 24
  return layout
}

/** An SVG path through right-angled points with rounded corners. */
export function roundedPath(points: Point[], radius = 10): string {
  const [first, ...rest] = points.filter((point, index) => {
    const before = points[index - 1]
    return !before || before.x !== point.x || before.y !== point.y
  })
  if (!first) return ''
  let path = `M${first.x},${first.y}`
  rest.forEach((point, index) => {
    const before = index === 0 ? first : rest[index - 1]
    const after = rest[index + 1]
    if (!before || !after) {
      path += ` L${point.x},${point.y}`
      return
    }
    const toward = (from: Point, to: Point) => {
      const length = Math.hypot(to.x - from.x, to.y - from.y)
      const step = Math.min(radius, length / 2)
      return { x: from.x + ((to.x - from.x) / length) * step, y: from.y + ((to.y - from.y) / length) * step }
    }
    const enter = toward(point, before)
    const leave = toward(point, after)
    path += ` L${enter.x},${enter.y} Q${point.x},${point.y} ${leave.x},${leave.y}`
  })
  return path
}
