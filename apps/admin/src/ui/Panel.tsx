import { ActionIcon } from '@mantine/core'
import { type Icon, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './Panel.module.css'

interface Props {
  title: string
  /** What it is to a screen reader. */
  label: string
  icon?: Icon | undefined
  onClose?: (() => void) | undefined
  closeLabel?: string
  /** Only a phone, where it covers the rest, offers to close it. */
  closeOnPhone?: boolean
  /** For the page that it stands in: what becomes of it on a phone. */
  className?: string | undefined
  children: ReactNode
}

/** What stands beside a canvas and tells of what is selected there. */
export function Panel({
  title,
  label,
  icon: Glyph,
  onClose,
  closeLabel = 'Close the panel',
  closeOnPhone = false,
  className,
  children,
}: Props) {
  return (
    <aside className={`${classes.panel} ${className ?? ''}`} aria-label={label}>
      <div className={classes.head}>
        {Glyph && <Glyph size={17} stroke={1.7} aria-hidden />}
        <h2 className="truncate">{title}</h2>
        {onClose && (
          <ActionIcon {...(closeOnPhone ? { hiddenFrom: 'md' } : {})} aria-label={closeLabel} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      <div className={classes.body}>{children}</div>
    </aside>
  )
}
