import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import classes from './CopyText.module.css'

/** Monospaced text that copies itself when pressed. */
export function CopyText({ text, label = 'Copy', shown }: { text: string; label?: string; shown?: string }) {
  return (
    <CopyButton value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <UnstyledButton className={classes.copy} onClick={copy} aria-label={`${label}: ${text}`}>
            <span className="truncate">{shown ?? text}</span>
            {copied ? (
              <IconCheck size={13} className={classes.done} />
            ) : (
              <IconCopy size={13} className={classes.icon} />
            )}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  )
}
