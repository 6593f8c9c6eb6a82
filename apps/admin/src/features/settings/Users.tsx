import { Button, Group, Modal, MultiSelect, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { User } from '../../api/session.ts'
import { useMe } from '../../api/session.ts'
import { useCreateUser, useRoles, useUpdateUser, useUsers } from '../../api/settings.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote, ErrorState } from '../../ui/ErrorState.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'

export function Users() {
  const users = useUsers()
  const me = useMe()
  const update = useUpdateUser()
  const [adding, setAdding] = useState(false)
  const columns: Column<User>[] = [
    {
      key: 'user',
      title: 'User',
      render: (row) => (
        <div>
          <Text fw={500}>{row.name ?? row.email}</Text>
          {row.name && (
            <Text fz="xs" c="dimmed">
              {row.email}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'roles',
      title: 'Roles',
      render: (row) => (
        <Group gap={4}>
          {row.roles.map((role) => (
            <Chip key={role}>{role}</Chip>
          ))}
        </Group>
      ),
    },
    {
      key: 'active',
      title: 'May sign in',
      align: 'right',
      width: 110,
      render: (row) => (
        <span style={{ display: 'inline-flex' }}>
          <Switch
            aria-label={`${row.email} may sign in`}
            checked={row.disabled !== true}
            disabled={row.id === me?.user?.id}
            onChange={(event) => update.mutate({ id: row.id, disabled: !event.currentTarget.checked })}
          />
        </span>
      ),
    },
  ]
  if (users.error) return <ErrorState error={users.error} onRetry={() => void users.refetch()} />
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          Add user
        </Button>
      </Group>
      <DataTable
        label="Users"
        columns={columns}
        rows={users.data}
        rowKey={(row) => row.id}
        empty={<EmptyState icon={IconUsers} title="No users" />}
      />
      <Modal opened={adding} onClose={() => setAdding(false)} title="Add user" size={440}>
        {adding && <UserForm onClose={() => setAdding(false)} />}
      </Modal>
    </Stack>
  )
}

function UserForm({ onClose }: { onClose: () => void }) {
  const roles = useRoles()
  const create = useCreateUser()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      { email, password, roles: chosen, ...(name.trim() ? { name: name.trim() } : {}) },
      { onSuccess: onClose },
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail address"
          type="email"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <PasswordInput
          label="Password"
          description="To be handed over to the user."
          required
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <MultiSelect
          label="Roles"
          required
          data={(roles.data ?? []).map((role) => ({ value: role.name, label: role.title || role.name }))}
          value={chosen}
          onChange={setChosen}
          searchable
        />
        <ErrorNote error={create.error} />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={chosen.length === 0}>
            Add user
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
