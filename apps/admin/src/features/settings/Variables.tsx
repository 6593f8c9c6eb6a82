import { ActionIcon, Modal, Stack, Text, Textarea } from '@mantine/core'
import { IconPencil, IconVariable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useDeleteVariable, useSetVariable, type Variable, variablesQuery } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { NameInput } from './NameInput.tsx'
import { CreateButton, NameCell, RowActions, SettingsList } from './SettingsList.tsx'

export function Variables() {
  const variables = useQuery(variablesQuery)
  const remove = useDeleteVariable()
  const [editing, setEditing] = useState<Variable | 'new'>()
  const [removing, setRemoving] = useState<Variable>()
  const create = <CreateButton onClick={() => setEditing('new')}>New variable</CreateButton>
  const columns: Column<Variable>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <NameCell name={row.name}>
          <Text fz="xs" c="dimmed" className="mono" visibleFrom="sm">
            {`{{$env.${row.name}}}`}
          </Text>
          <Text fz="xs" className="mono" lineClamp={2} hiddenFrom="sm" style={{ overflowWrap: 'anywhere' }}>
            {row.value}
          </Text>
        </NameCell>
      ),
    },
    {
      key: 'value',
      title: 'Value',
      wideOnly: true,
      render: (row) => (
        <Text className="mono" lineClamp={2} maw={420} style={{ overflowWrap: 'anywhere' }}>
          {row.value}
        </Text>
      ),
    },
    {
      key: 'updated',
      title: 'Changed',
      wideOnly: true,
      render: (row) => <Text c="dimmed">{ago(row.updatedAt)}</Text>,
    },
    {
      key: 'actions',
      title: '',
      align: 'right',
      width: 84,
      render: (row) => (
        <RowActions name={row.name} onDelete={() => setRemoving(row)}>
          <ActionIcon aria-label={`Edit ${row.name}`} onClick={() => setEditing(row)}>
            <IconPencil size={15} />
          </ActionIcon>
        </RowActions>
      ),
    },
  ]
  return (
    <>
      <SettingsList
        list={variables}
        label="Variables"
        columns={columns}
        rowKey={(row) => row.name}
        create={create}
        icon={IconVariable}
        none="No variables"
      >
        Values that many workflows share, such as the address of a system or a limit. For passwords and tokens use
        secrets.
      </SettingsList>
      <Modal
        opened={editing !== undefined}
        onClose={() => setEditing(undefined)}
        title={editing === 'new' ? 'New variable' : `Variable ${editing?.name}`}
        size={480}
      >
        {editing && (
          <VariableForm variable={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
        )}
      </Modal>
      <ConfirmModal
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title="Delete the variable"
        confirm="Delete variable"
        name={removing?.name ?? ''}
        onConfirm={() => remove.mutateAsync(removing?.name ?? '')}
      >
        Workflows that use it find nothing in its place from then on.
      </ConfirmModal>
    </>
  )
}

function VariableForm({ variable, onClose }: { variable: Variable | undefined; onClose: () => void }) {
  const set = useSetVariable()
  const [name, setName] = useState(variable?.name ?? '')
  const [value, setValue] = useState(variable?.value ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate({ name, value }, { onSuccess: onClose })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {!variable && <NameInput placeholder="SHOP_URL" value={name} onChange={setName} />}
        <Textarea
          label="Value"
          autosize
          minRows={2}
          maxRows={12}
          maxLength={32_768}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          {...(variable ? { 'data-autofocus': true } : {})}
        />
        <ErrorNote error={set.error} />
        <FormButtons onCancel={onClose} loading={set.isPending} disabled={name === ''}>
          Save
        </FormButtons>
      </Stack>
    </form>
  )
}
