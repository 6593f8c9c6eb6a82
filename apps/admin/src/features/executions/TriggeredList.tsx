import { Button, Stack, Text } from '@mantine/core'
import { canWorkflow, useMe } from '../../api/session.ts'
import type { Triggered } from '../../api/types.ts'
import { useWorkflows } from '../../api/workflows.ts'
import { ButtonLink } from '../../ui/ButtonLink.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import classes from './execution.module.css'
import { LiveStatus } from './LiveStatus.tsx'

interface Props {
  triggered: Triggered[]
  /** What has happened, in a sentence. */
  lead: string
  onClose: () => void
}

/** What a press of a button has started, with the states of the runs as they go on. */
export function TriggeredList({ triggered, lead, onClose }: Props) {
  const me = useMe()
  const workflows = useWorkflows()
  const mayView = canWorkflow(me?.permissions, 'view')
  const titleOf = (key: string) => workflows.data?.find((item) => item.key === key)?.title ?? key
  return (
    <Stack gap="xs">
      <Text c="dimmed">{lead}</Text>
      <div>
        {triggered.map(({ workflow, executionId, status, message, error }) => (
          <div key={`${workflow}:${executionId}`} className={classes.triggered}>
            <div style={{ minWidth: 0 }}>
              <Text fw={500}>{titleOf(workflow)}</Text>
              {mayView && executionId ? (
                <LiveStatus id={executionId} first={status} />
              ) : (
                <StatusBadge status={status} />
              )}
              {(message || error) && (
                <Text fz="sm" c={error ? 'var(--ens-red)' : 'dimmed'}>
                  {error?.message ?? message}
                </Text>
              )}
            </div>
            {executionId && mayView && (
              <ButtonLink variant="default" size="compact-sm" to="/executions/$id" params={{ id: executionId }}>
                Open run
              </ButtonLink>
            )}
          </div>
        ))}
      </div>
      <div style={{ marginTop: 8 }}>
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </div>
    </Stack>
  )
}
