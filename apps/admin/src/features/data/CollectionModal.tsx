import { Group, Modal, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useCreateCollection } from '../../api/collections.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { emptyField, FieldRows, toFields } from './FieldRows.tsx'
import { toName } from './field-types.ts'

export function CollectionModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New collection" size={680}>
      {opened && <CollectionForm onClose={onClose} />}
    </Modal>
  )
}

function CollectionForm({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState('')
  const [name, setName] = useState<string>()
  const [rows, setRows] = useState(() => [emptyField()])
  const create = useCreateCollection()
  const navigate = useNavigate()
  const shownName = name ?? toName(title)
  const fields = toFields(rows)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      { name: shownName, title: title.trim(), fields },
      { onSuccess: (made) => void navigate({ to: '/data/$collection', params: { collection: made.name } }) },
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Group grow align="flex-start">
          <TextInput
            label="Title"
            placeholder="Reimbursements"
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput
            label="Name"
            value={shownName}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
        </Group>
        <FieldRows rows={rows} onChange={setRows} />
        <ErrorNote error={create.error} />
        <FormButtons onCancel={onClose} loading={create.isPending} disabled={shownName === '' || fields.length === 0}>
          Create collection
        </FormButtons>
      </Stack>
    </form>
  )
}
