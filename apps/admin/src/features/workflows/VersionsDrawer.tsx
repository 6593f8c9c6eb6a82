import { Button, Drawer, Skeleton, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Workflow } from '../../api/types.ts'
import { useRollback, versionsQuery } from '../../api/workflows.ts'
import { ago } from '../../lib/time.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { Chip } from '../../ui/StatusBadge.tsx'
import classes from './editor.module.css'

interface Props {
  opened: boolean
  onClose: () => void
  workflow: Workflow
}

/** The deployed versions, newest first; an older one can be made live again. */
export function VersionsDrawer({ opened, onClose, workflow }: Props) {
  return (
    <Drawer opened={opened} onClose={onClose} title="Versions" size={420}>
      {opened && <Versions workflow={workflow} />}
    </Drawer>
  )
}

function Versions({ workflow }: { workflow: Workflow }) {
  const versions = useQuery(versionsQuery(workflow.key))
  const rollback = useRollback()
  if (versions.error) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />
  if (!versions.data)
    return (
      <Stack gap="lg">
        {[1, 2, 3].map((item) => (
          <Skeleton key={item} h={34} />
        ))}
      </Stack>
    )
  if (versions.data.length === 0)
    return (
      <EmptyState icon={IconHistory} title="Not deployed yet">
        Deploying the draft makes version 1.
      </EmptyState>
    )
  return (
    <div>
      {versions.data.map(({ number: version, note, createdAt, live }) => (
        <div key={version} className={classes.version}>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text fw={500} component="div">
              v{version} {live && <Chip tone="green">Live</Chip>}
            </Text>
            <Text fz="sm" c="dimmed">
              {ago(createdAt)}
              {note ? ` · ${note}` : ''}
            </Text>
          </div>
          {!live && (
            <Button
              variant="default"
              size="compact-sm"
              loading={rollback.isPending && rollback.variables.version === version}
              onClick={() =>
                rollback.mutate(
                  { key: workflow.key, version },
                  { onSuccess: () => showDone(`Version ${version} is live again.`) },
                )
              }
            >
              Make live
            </Button>
          )}
        </div>
      ))}
    </div>
  )
}
