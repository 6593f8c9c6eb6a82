import { Group, Modal, MultiSelect, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { User } from '../../api/session.ts'
import { useMe } from '../../api/session.ts'
import { useCreateUser, useRoles, useUpdateUser, useUsers } from '../../api/settings.ts'
import type { Column } from '../../ui/DataTable.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { CreateButton, NameCell, SettingsList } from './SettingsList.tsx'

export function Users() {
  const users = useUsers()
  const me = useMe()
  const update = useUpdateUser()
  const [adding, setAdding] = useState(false)
  const create = <CreateButton onClick={() => setAdding(true)}>Add user</CreateButton>
  const columns: Column<User>[] = [
    {
      key: 'user',
      title: 'User',
      render: (row) => (
        <NameCell name={row.name ?? row.email}>
          {row.name && (
            <Text fz="xs" c="dimmed">
              {row.email}
            </Text>
          )}
        </NameCell>
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
  return (
    <>
      <SettingsList
        list={users}
        label="Users"
        columns={columns}
        rowKey={(row) => row.id}
        create={create}
        icon={IconUsers}
        none="No users"
      />
      <Modal opened={adding} onClose={() => setAdding(false)} title="Add user" size={440}>
        {adding && <UserForm onClose={() => setAdding(false)} />}
      </Modal>
    </>
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
        <FormButtons onCancel={onClose} loading={create.isPending} disabled={chosen.length === 0}>
          Add user
        </FormButtons>
      </Stack>
    </form>
  )
}
