import { ActionIcon, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconLock, IconPlus, IconReplace, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { canSecrets, useMe } from '../../api/session.ts'
import { type Secret, secretsQuery, useDeleteSecret } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { SecretForm } from './SecretForm.tsx'
import { KINDS } from './secret-kinds.ts'

function kindLabel(kind: string): string {
  return KINDS.find(({ value }) => value === kind)?.label ?? kind
}

export function Secrets() {
  const secrets = useQuery(secretsQuery)
  const mayEdit = canSecrets(useMe()?.permissions)
  const remove = useDeleteSecret()
  const [editing, setEditing] = useState<Secret | 'new'>()
  const [removing, setRemoving] = useState<Secret>()
  const create = mayEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      New secret
    </Button>
  )
  const columns: Column<Secret>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <div>
          <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
            {row.name}
          </Text>
          {row.kind === 'text' && (
            <Text fz="xs" c="dimmed" className="mono" visibleFrom="sm">
              {`{{$secrets.${row.name}}}`}
            </Text>
          )}
          <Text fz="xs" c="dimmed" hiddenFrom="sm">
            {kindLabel(row.kind)}
          </Text>
        </div>
      ),
    },
    {
      key: 'kind',
      title: 'Kind',
      wideOnly: true,
      render: (row) => <Chip>{kindLabel(row.kind)}</Chip>,
    },
    {
      key: 'updated',
      title: 'Set',
      wideOnly: true,
      render: (row) => <Text c="dimmed">{ago(row.updatedAt)}</Text>,
    },
    {
      key: 'actions',
      title: '',
      align: 'right',
      width: 84,
      render: (row) =>
        mayEdit && (
          <Group gap={2} justify="flex-end" wrap="nowrap">
            <ActionIcon aria-label={`Replace ${row.name}`} onClick={() => setEditing(row)}>
              <IconReplace size={15} />
            </ActionIcon>
            <ActionIcon aria-label={`Delete ${row.name}`} onClick={() => setRemoving(row)}>
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ),
    },
  ]
  if (secrets.error) return <ErrorState error={secrets.error} onRetry={() => void secrets.refetch()} />
  return (
    <Stack gap="sm">
      {(secrets.data?.length ?? 1) > 0 && <Group justify="flex-end">{create}</Group>}
      <DataTable
        label="Secrets"
        columns={columns}
        rows={secrets.data}
        rowKey={(row) => row.name}
        empty={
          <EmptyState icon={IconLock} title="No secrets" action={create}>
            Tokens, passwords and credentials that workflows use. They are encrypted, and nobody can read one again.
          </EmptyState>
        }
      />
      <Modal
        opened={editing !== undefined}
        onClose={() => setEditing(undefined)}
        title={editing === 'new' ? 'New secret' : `Replace ${editing?.name}`}
        size={480}
      >
        {editing && (
          <SecretForm secret={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
        )}
      </Modal>
      <ConfirmModal
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title="Delete the secret"
        confirm="Delete secret"
        name={removing?.name ?? ''}
        onConfirm={() => remove.mutateAsync(removing?.name ?? '')}
      >
        Workflows that use it fail at the node that does. It can’t be brought back.
      </ConfirmModal>
    </Stack>
  )
}
