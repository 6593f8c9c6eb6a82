import { Text } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './states.module.css'

/** Nothing here yet: why, and what to do next. */
export function EmptyState({
  icon: Glyph,
  title,
  children,
  action,
}: {
  icon: Icon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={classes.state}>
      <div className={classes.tile}>
        <Glyph size={22} stroke={1.6} aria-hidden />
      </div>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" maw={420} component="div">
          {children}
        </Text>
      )}
      {action && <div style={{ marginTop: 12 }}>{action}</div>}
    </div>
  )
}
