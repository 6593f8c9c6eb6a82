import { Button, Group, Text } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { isApiError, messageOf } from '../api/errors.ts'
import { CopyText } from './CopyText.tsx'
import classes from './states.module.css'

/** A failed load: what happened, the id that leads to the server's log, and a way on. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const requestId = isApiError(error) ? error.requestId : undefined
  return (
    <div className={classes.state} role="alert">
      <IconCloudOff size={22} stroke={1.6} className={classes.icon} aria-hidden />
      <Text fw={600}>This could not be loaded</Text>
      <Text c="dimmed" maw={440}>
        {messageOf(error)}
      </Text>
      {requestId && (
        <Group gap={6} fz="xs" c="dimmed">
          Request <CopyText text={requestId} label="Copy the request id" />
        </Group>
      )}
      {onRetry && (
        <Button variant="default" mt="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** An error inside a form or dialog. */
export function ErrorNote({ error }: { error: unknown }) {
  if (!error) return null
  // What was refused says why itself; the id is for what went wrong on the server.
  const requestId = isApiError(error) && error.status >= 500 ? error.requestId : undefined
  return (
    <div className={classes.note} role="alert">
      {messageOf(error)}
      {requestId && <span className={classes.requestId}>Request {requestId}</span>}
    </div>
  )
}
