import { ViewportPortal } from '@xyflow/react'
import classes from './Canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import { type Layout, roundedPath } from './layout.ts'
import { SlotButton } from './SlotButton.tsx'

/** The lines between the nodes, the names of the branches, and the places to insert. */
export function Lines({ layout }: { layout: Layout }) {
  const { runs, edit } = useCanvas()
  const taken = (branch: string | undefined) => (runs && branch ? runs.branches.has(branch) : undefined)
  return (
    <ViewportPortal>
      <svg className={classes.lines} width={1} height={1} aria-hidden="true">
        {layout.lines.map(({ id, points, branch }) => (
          <path key={id} d={roundedPath(points)} className={classes.line} data-taken={taken(branch)} />
        ))}
      </svg>
      {layout.labels.map(({ id, x, y, title, branch }) => (
        <div key={id} className={classes.label} data-taken={taken(branch)} style={{ left: x, top: y }}>
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
