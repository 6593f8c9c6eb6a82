import { ActionIcon, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash, IconVariable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useDeleteVariable, useSetVariable, type Variable, variablesQuery } from '../../api/settings.ts'
import { ago } from '../../lib/time.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote, ErrorState } from '../../ui/ErrorState.tsx'
import { NAME_PATTERN } from './name-pattern.ts'

export function Variables() {
  const variables = useQuery(variablesQuery)
  const remove = useDeleteVariable()
  const [editing, setEditing] = useState<Variable | 'new'>()
  const [removing, setRemoving] = useState<Variable>()
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      New variable
    </Button>
  )
  const columns: Column<Variable>[] = [
    {
      key: 'name',
      title: 'Name',
      render: (row) => (
        <div>
          <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
            {row.name}
          </Text>
          <Text fz="xs" c="dimmed" className="mono" visibleFrom="sm">
            {`{{$env.${row.name}}}`}
          </Text>
          <Text fz="xs" className="mono" lineClamp={2} hiddenFrom="sm" style={{ overflowWrap: 'anywhere' }}>
            {row.value}
          </Text>
        </div>
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
        <Group gap={2} justify="flex-end" wrap="nowrap">
          <ActionIcon aria-label={`Edit ${row.name}`} onClick={() => setEditing(row)}>
            <IconPencil size={15} />
          </ActionIcon>
          <ActionIcon aria-label={`Delete ${row.name}`} onClick={() => setRemoving(row)}>
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      ),
    },
  ]
  if (variables.error) return <ErrorState error={variables.error} onRetry={() => void variables.refetch()} />
  return (
    <Stack gap="sm">
      {(variables.data?.length ?? 1) > 0 && <Group justify="flex-end">{create}</Group>}
      <DataTable
        label="Variables"
        columns={columns}
        rows={variables.data}
        rowKey={(row) => row.name}
        empty={
          <EmptyState icon={IconVariable} title="No variables" action={create}>
            Values that many workflows share, such as the address of a system or a limit. For passwords and tokens use
            secrets.
          </EmptyState>
        }
      />
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
    </Stack>
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
        {!variable && (
          <TextInput
            label="Name"
            description="Letters, digits and _."
            placeholder="SHOP_URL"
            required
            maxLength={64}
            pattern={NAME_PATTERN}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
        )}
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
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending} disabled={name === ''}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
