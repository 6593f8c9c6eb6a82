import { Collapse, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useEver } from '../lib/use-ever.ts'
import classes from './Fold.module.css'

interface Props {
  title: string
  /** What is inside, in a few words, for whom sees it closed. */
  hint?: string | undefined
  opened?: boolean
  /** Something inside needs attention: it can't be closed meanwhile. */
  held?: boolean
  children: ReactNode
}

/** A part of a form that is rarely needed. `opened` says how it starts. */
export function Fold({ title, hint, opened: first = false, held = false, children }: Props) {
  const [chosen, setChosen] = useState(first)
  const opened = chosen || held
  const ever = useEver(opened)
  return (
    <div>
      <UnstyledButton className={classes.head} aria-expanded={opened} onClick={() => setChosen(!opened)}>
        <IconChevronRight size={14} aria-hidden />
        <span className={classes.title}>{title}</span>
        {hint && (
          <span className={`${classes.hint} truncate`} title={hint}>
            {hint}
          </span>
        )}
      </UnstyledButton>
      <Collapse expanded={opened}>
        {ever && <div style={{ paddingTop: 10, paddingBottom: 6 }}>{children}</div>}
      </Collapse>
    </div>
  )
}
