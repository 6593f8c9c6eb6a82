import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type ApiKey, apiKeysQuery, useCreateApiKey, useDeleteApiKey, useRoles } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { CreateButton, NameCell, RowActions, SettingsList } from './SettingsList.tsx'

export function ApiKeys() {
  const keys = useQuery(apiKeysQuery)
  const remove = useDeleteApiKey()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<ApiKey>()
  const create = <CreateButton onClick={() => setAdding(true)}>New API key</CreateButton>
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <NameCell name={row.name}>
          <Text fz="xs" c="dimmed" className="mono">
            {row.prefix}…
          </Text>
        </NameCell>
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
      render: (row) => <RowActions name={row.name} onDelete={() => setRemoving(row)} />,
    },
  ]
  return (
    <>
      <SettingsList
        list={keys}
        label="API keys"
        columns={columns}
        rowKey={(row) => row.id}
        create={create}
        icon={IconKey}
        none="No API keys"
      >
        With a key, scripts and other applications call the API in a role.
      </SettingsList>
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
    </>
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
        <FormButtons onCancel={onClose} loading={create.isPending} disabled={role === null || name.trim() === ''}>
          Create key
        </FormButtons>
      </Stack>
    </form>
  )
}
