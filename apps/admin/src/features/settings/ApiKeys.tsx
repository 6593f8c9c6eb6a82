import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type ApiKey, apiKeysQuery, useCreateApiKey, useDeleteApiKey, useRoles } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote, ErrorState } from '../../ui/ErrorState.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'

export function ApiKeys() {
  const keys = useQuery(apiKeysQuery)
  const remove = useDeleteApiKey()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<ApiKey>()
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      New API key
    </Button>
  )
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <div>
          <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
            {row.name}
          </Text>
          <Text fz="xs" c="dimmed" className="mono">
            {row.prefix}…
          </Text>
        </div>
      ),
    },
    { key: 'role', title: 'Role', render: (row) => <Chip>{row.role}</Chip> },
    {
      key: 'used',
      title: 'Last used',
      wideOnly: true,
      render: (row) => <Text c="dimmed">{row.lastUsedAt ? ago(row.lastUsedAt) : 'Never'}</Text>,
    },
    {
      key: 'delete',
      title: '',
      align: 'right',
      width: 50,
      render: (row) => (
        <ActionIcon aria-label={`Delete ${row.name}`} onClick={() => setRemoving(row)}>
          <IconTrash size={15} />
        </ActionIcon>
      ),
    },
  ]
  if (keys.error) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
  return (
    <Stack gap="sm">
      {(keys.data?.length ?? 1) > 0 && <Group justify="flex-end">{create}</Group>}
      <DataTable
        label="API keys"
        columns={columns}
        rows={keys.data}
        rowKey={(row) => row.id}
        empty={
          <EmptyState icon={IconKey} title="No API keys" action={create}>
            With a key, scripts and other applications call the API in a role.
          </EmptyState>
        }
      />
      <Modal opened={adding} onClose={() => setAdding(false)} title="New API key" size={440}>
        {adding && <KeyForm onClose={() => setAdding(false)} />}
      </Modal>
      <ConfirmModal
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title="Delete the API key"
        confirm="Delete key"
        onConfirm={() => remove.mutateAsync(removing?.id ?? '')}
      >
        Whatever uses “{removing?.name}” is refused from then on.
      </ConfirmModal>
    </Stack>
  )
}

function KeyForm({ onClose }: { onClose: () => void }) {
  const roles = useRoles()
  const create = useCreateApiKey()
  const [name, setName] = useState('')
  const [role, setRole] = useState<string | null>(null)
  if (create.data)
    return (
      <Stack gap="md">
        <Text c="dimmed">Copy it now: it is not shown again.</Text>
        <CopyText text={create.data.key} label="Copy the key" />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (role) create.mutate({ name: name.trim(), role })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="What uses it"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Role"
          description="The key may do what the role may."
          required
          data={(roles.data ?? []).map((item) => ({ value: item.name, label: item.title || item.name }))}
          value={role}
          onChange={setRole}
        />
        <ErrorNote error={create.error} />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={role === null || name.trim() === ''}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
