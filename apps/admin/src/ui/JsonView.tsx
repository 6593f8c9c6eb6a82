import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment } from 'react'
import type { Json } from '../api/types.ts'
import classes from './JsonView.module.css'

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function highlight(text: string) {
  const parts: React.ReactNode[] = []
  let last = 0
  for (const match of text.matchAll(TOKEN)) {
    const [all, string, colon] = match
    if (match.index > last) parts.push(text.slice(last, match.index))
    const kind = string ? (colon ? 'key' : 'string') : 'atom'
    parts.push(
      <Fragment key={match.index}>
        <span className={classes[kind]}>{string ?? all}</span>
        {colon}
      </Fragment>,
    )
    last = match.index + all.length
  }
  parts.push(text.slice(last))
  return parts
}

/** JSON to read, coloured and copyable. */
export function JsonView({
  value,
  label,
  maxHeight = 320,
}: {
  value: Json | undefined
  label: string
  maxHeight?: number
}) {
  const text = value === undefined ? '' : JSON.stringify(value, null, 2)
  if (text === '') return <div className={classes.none}>Nothing</div>
  return (
    <div className={classes.frame}>
      <CopyButton value={text} timeout={1_500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon className={classes.copy} size={26} onClick={copy} aria-label={`Copy ${label}`}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.scroll} style={{ maxHeight }} tabIndex={0} aria-label={label}>
        <pre className={classes.pre}>{text.length > 60_000 ? text : highlight(text)}</pre>
      </section>
    </div>
  )
}
