import type { ExecutionStatus, NodeRun } from '../api/types.ts'
import classes from './StatusBadge.module.css'

export type AnyStatus = ExecutionStatus | NodeRun['status'] | 'pending' | 'done' | 'expired'

const LABELS: Record<AnyStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  started: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  skipped: 'Skipped',
  pending: 'Pending',
  done: 'Done',
  expired: 'Expired',
}

export const TONES: Record<AnyStatus, 'green' | 'red' | 'amber' | 'blue' | 'gray'> = {
  queued: 'gray',
  running: 'blue',
  started: 'blue',
  waiting: 'amber',
  succeeded: 'green',
  failed: 'red',
  canceled: 'gray',
  skipped: 'gray',
  pending: 'amber',
  done: 'green',
  expired: 'gray',
}

export function statusLabel(status: AnyStatus): string {
  return LABELS[status]
}

export function StatusBadge({ status, label }: { status: AnyStatus; label?: string }) {
  return (
    <span className={classes.badge} data-tone={TONES[status]} data-status={status}>
      <span className={classes.dot} aria-hidden />
      {label ?? LABELS[status]}
    </span>
  )
}

/** A short fact in a soft frame: "Draft", "v3", "Sync". */
export function Chip({ children, tone = 'gray' }: { children: React.ReactNode; tone?: string }) {
  return (
    <span className={classes.chip} data-tone={tone}>
      {children}
    </span>
  )
}
