import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Page.module.css'

/** A screen with a heading, its actions, and content of a readable width. */
export function Page({
  title,
  parent,
  description,
  actions,
  children,
  width = 1120,
}: {
  title: ReactNode
  /** A link to the page above. */
  parent?: ReactNode
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
  width?: number
}) {
  return (
    <div className={classes.page} style={{ maxWidth: width }}>
      <header className={classes.header}>
        <div className={classes.titles}>
          <div className={classes.line}>
            {parent && (
              <>
                <nav aria-label="Breadcrumb" className={classes.parent}>
                  {parent}
                </nav>
                <span aria-hidden>/</span>
              </>
            )}
            <Title order={1}>{title}</Title>
          </div>
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
