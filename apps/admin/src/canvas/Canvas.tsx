import '@xyflow/react/dist/base.css'
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import {
  Background,
  BackgroundVariant,
  type Node,
  type NodeTypes,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { Catalog, Definition } from '../api/types.ts'
import classes from './Canvas.module.css'
import { type CanvasContextValue, CanvasProvider } from './canvas-context.ts'
import { Lines } from './Lines.tsx'
import { type Layout, layoutDefinition, NODE_HEIGHT, NODE_WIDTH } from './layout.ts'
import { NodeCard } from './NodeCard.tsx'

const nodeTypes: NodeTypes = { card: NodeCard }

interface Props extends Omit<CanvasContextValue, 'definition' | 'catalog'> {
  definition: Definition
  catalog: Catalog | undefined
  /** Brings this node into view when it changes, e.g. from the list of problems. */
  focus?: { key: string; nonce: number } | undefined
  children?: ReactNode
}

/** A definition as a drawing. The same canvas edits a draft and shows the states of an execution. */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  )
}

function toFlowNodes(layout: Layout): Node[] {
  return layout.nodes.map(({ key, x, y }) => ({
    id: key,
    type: 'card',
    position: { x, y },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    data: {},
  }))
}

function Drawing({ definition, catalog, focus, children, ...context }: Props) {
  const layout = useMemo(() => layoutDefinition(definition, catalog), [definition, catalog])
  const nodes = useMemo(() => toFlowNodes(layout), [layout])
  const frame = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()

  const show = (smallest: number, duration = 0) => {
    const width = frame.current?.clientWidth ?? 800
    const height = frame.current?.clientHeight ?? 600
    const room = Math.min((width - 64) / layout.width, (height - 96) / layout.height)
    const zoom = Math.min(1, Math.max(smallest, room))
    // The whole drawing in the middle if it fits, else the trigger.
    const center = layout.width * zoom < width ? layout.left + layout.width / 2 : 0
    void flow.setViewport({ x: width / 2 - center * zoom, y: 40, zoom }, { duration })
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish to focus moves the view
  useEffect(() => {
    const place = focus && layout.nodes.find(({ key }) => key === focus.key)
    if (place)
      void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, {
        zoom: Math.max(0.8, flow.getZoom()),
        duration: 200,
      })
  }, [focus?.nonce])

  // A node that was just added or found elsewhere may be out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection moves the view
  useEffect(() => {
    const place = layout.nodes.find(({ key }) => key === context.selected)
    if (!place || !frame.current) return
    const { x, y, zoom } = flow.getViewport()
    const left = place.x * zoom + x
    const top = place.y * zoom + y
    const { clientWidth, clientHeight } = frame.current
    const seen =
      left > 8 && top > 8 && left + NODE_WIDTH * zoom < clientWidth - 8 && top + NODE_HEIGHT * zoom < clientHeight - 8
    if (!seen) void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, { zoom, duration: 200 })
  }, [context.selected])

  return (
    <CanvasProvider value={{ ...context, definition, catalog }}>
      <div ref={frame} className={classes.canvas}>
        <ReactFlow
          nodes={nodes}
          edges={[]}
          nodeTypes={nodeTypes}
          onInit={() => show(0.82)}
          onNodeClick={(_event, node) => context.onSelect(node.id)}
          onPaneClick={() => context.onSelect(undefined)}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          panOnScroll
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          disableKeyboardA11y
          minZoom={0.2}
          maxZoom={1.4}
          proOptions={{ hideAttribution: true }}
          aria-label="Workflow"
        >
          <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} color="var(--ens-line-strong)" />
          <Lines layout={layout} />
          <Panel position="bottom-left" className={classes.tools}>
            <Tooltip label="Zoom in">
              <ActionIcon aria-label="Zoom in" onClick={() => void flow.zoomIn({ duration: 120 })}>
                <IconPlus size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Zoom out">
              <ActionIcon aria-label="Zoom out" onClick={() => void flow.zoomOut({ duration: 120 })}>
                <IconMinus size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Show all">
              <ActionIcon aria-label="Show the whole workflow" onClick={() => show(0.2, 200)}>
                <IconFocusCentered size={16} />
              </ActionIcon>
            </Tooltip>
          </Panel>
          {children}
        </ReactFlow>
      </div>
    </CanvasProvider>
  )
}
