import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockPause,
  IconLoader2,
} from '@tabler/icons-react'
import type { NodeRun } from '../api/types.ts'
import classes from './Canvas.module.css'

const ICONS = {
  succeeded: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  waiting: IconClockPause,
  started: IconLoader2,
  skipped: IconCircleDashed,
}

export function StateIcon({ status, size = 16 }: { status: NodeRun['status']; size?: number }) {
  const Glyph = ICONS[status]
  return <Glyph size={size} className={classes.stateIcon} data-status={status} aria-hidden />
}
