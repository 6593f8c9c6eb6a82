import { ActionIcon, Modal, Text } from '@mantine/core'
import { IconLock, IconReplace } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { canSecrets, useMe } from '../../api/session.ts'
import { type Secret, secretsQuery, useDeleteSecret } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { SecretForm } from './SecretForm.tsx'
import { CreateButton, NameCell, RowActions, SettingsList } from './SettingsList.tsx'
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
  const create = mayEdit && <CreateButton onClick={() => setEditing('new')}>New secret</CreateButton>
  const columns: Column<Secret>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <NameCell name={row.name}>
          {row.kind === 'text' && (
            <Text fz="xs" c="dimmed" className="mono" visibleFrom="sm">
              {`{{$secrets.${row.name}}}`}
            </Text>
          )}
          <Text fz="xs" c="dimmed" hiddenFrom="sm">
            {kindLabel(row.kind)}
          </Text>
        </NameCell>
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
          <RowActions name={row.name} onDelete={() => setRemoving(row)}>
            <ActionIcon aria-label={`Replace ${row.name}`} onClick={() => setEditing(row)}>
              <IconReplace size={15} />
            </ActionIcon>
          </RowActions>
        ),
    },
  ]
  return (
    <>
      <SettingsList
        list={secrets}
        label="Secrets"
        columns={columns}
        rowKey={(row) => row.name}
        create={create}
        icon={IconLock}
        none="No secrets"
      >
        Tokens, passwords and credentials that workflows use. They are encrypted, and nobody can read one again.
      </SettingsList>
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
    </>
  )
}
