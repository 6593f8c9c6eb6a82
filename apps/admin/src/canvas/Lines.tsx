import { ViewportPortal } from '@xyflow/react'
import classes from './Canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import { type Layout, roundedPath } from './layout.ts'
import { SlotButton } from './SlotButton.tsx'

/** The lines between the nodes, the names of the branches, and the places to insert. */
export function Lines({ layout }: { layout: Layout }) {
  const { runs, edit } = useCanvas()
  const taken = (id: string) => runs?.lines.has(id)
  // Taken lines come last, to lie above the others where they share a way.
  const lines = [...layout.lines].sort((a, b) => Number(taken(a.id) ?? false) - Number(taken(b.id) ?? false))
  return (
    <ViewportPortal>
      <svg className={classes.lines} width={1} height={1} aria-hidden="true">
        {lines.map(({ id, points }) => (
          <path key={id} d={roundedPath(points)} className={classes.line} data-taken={taken(id)} />
        ))}
      </svg>
      {layout.labels.map(({ id, x, y, title, branch }) => (
        <div key={id} className={classes.label} data-taken={runs?.branches.has(branch)} style={{ left: x, top: y }}>
          {title}
        </div>
      ))}
      {edit &&
        layout.slots.map(({ x, y, slot }) => (
          <SlotButton key={`${slot.parent}/${slot.branch}/${slot.index}`} x={x} y={y} slot={slot} />
        ))}
      {layout.end && (
        <div className={classes.end} style={{ left: layout.end.x, top: layout.end.y }}>
          End
        </div>
      )}
    </ViewportPortal>
  )
}
