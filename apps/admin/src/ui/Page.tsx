import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Page.module.css'

/** A screen with a heading, its actions, and content of a readable width. */
export function Page({
  title,
  description,
  actions,
  children,
  width = 1120,
}: {
  title: ReactNode
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
  width?: number
}) {
  return (
    <div className={classes.page} style={{ maxWidth: width }}>
      <header className={classes.header}>
        <div className={classes.titles}>
          <Title order={1}>{title}</Title>
          {description && <div className={classes.description}>{description}</div>}
        </div>
        {actions && (
          <Group gap="xs" className={classes.actions}>
            {actions}
          </Group>
        )}
      </header>
      {children}
    </div>
  )
}
