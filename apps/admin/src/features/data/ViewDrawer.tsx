import { Button, Drawer, Group, MultiSelect, Skeleton, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAddFields, useSetView, viewQuery } from '../../api/collections.ts'
import type { ButtonName, Collection, ViewButton, ViewConfig } from '../../api/types.ts'
import { ErrorNote, ErrorState } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { showDone } from '../../ui/notify.ts'
import { ButtonSettings } from './ButtonSettings.tsx'
import { emptyField, FieldRows, toFields } from './FieldRows.tsx'
import { labelOf, tableFields } from './field-types.ts'

interface Props {
  collection: Collection
  opened: boolean
  onClose: () => void
}

/** How the collection is shown, and what its buttons trigger. */
export function ViewDrawer({ collection, opened, onClose }: Props) {
  return (
    <Drawer opened={opened} onClose={onClose} title={`Settings of ${collection.title || collection.name}`} size={540}>
      {opened && (
        <Tabs defaultValue="buttons">
          <Tabs.List mb="md">
            <Tabs.Tab value="buttons">Buttons</Tabs.Tab>
            <Tabs.Tab value="columns">Columns</Tabs.Tab>
            <Tabs.Tab value="fields">Fields</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="buttons">
            <ViewForm collection={collection} part="buttons" onClose={onClose} />
          </Tabs.Panel>
          <Tabs.Panel value="columns">
            <ViewForm collection={collection} part="columns" onClose={onClose} />
          </Tabs.Panel>
          <Tabs.Panel value="fields">
            <Fields collection={collection} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Drawer>
  )
}

function ViewForm({
  collection,
  part,
  onClose,
}: {
  collection: Collection
  part: 'buttons' | 'columns'
  onClose: () => void
}) {
  const view = useQuery({ ...viewQuery(collection.name), staleTime: 0 })
  if (view.error) return <ErrorState error={view.error} onRetry={() => void view.refetch()} />
  if (!view.data || !view.isFetchedAfterMount)
    return (
      <Stack>
        <Skeleton h={120} />
        <Skeleton h={120} />
      </Stack>
    )
  return <ViewEditor collection={collection} view={view.data} part={part} onClose={onClose} />
}

interface EditorProps {
  collection: Collection
  view: ViewConfig
  part: 'buttons' | 'columns'
  onClose: () => void
}

function ViewEditor({ collection, view, part, onClose }: EditorProps) {
  const [config, setConfig] = useState(view)
  const setView = useSetView(collection.name)
  const setButton = (name: ButtonName, button: ViewButton) =>
    setConfig((old) => ({ ...old, buttons: { ...old.buttons, [name]: button } }))
  const shown = config.columns ?? tableFields(collection, undefined).map(({ name }) => name)
  const save = () => {
    // A row where no workflow was chosen yet means nothing.
    const buttons = Object.fromEntries(
      Object.entries(config.buttons).map(([name, button]) => [
        name,
        { ...button, bindings: button.bindings.filter(({ workflow }) => workflow !== '') },
      ]),
    )
    setView.mutate(
      { ...config, buttons },
      {
        onSuccess: () => {
          showDone('Settings saved.')
          onClose()
        },
      },
    )
  }
  return (
    <Stack gap="md">
      {part === 'columns' ? (
        <MultiSelect
          label="Columns of the table"
          description="In the order in which they are chosen."
          data={collection.fields
            .filter(({ hidden, type }) => !hidden && !['hasMany', 'hasOne', 'belongsToMany'].includes(type))
            .map((field) => ({ value: field.name, label: labelOf(field) }))}
          value={shown}
          onChange={(columns) => setConfig({ ...config, columns })}
          searchable
        />
      ) : (
        <>
          <ButtonSettings
            collection={collection}
            heading="Submit button"
            hint="Of the form that adds a record."
            standard="Submit"
            button={config.buttons.create ?? { bindings: [] }}
            onChange={(button) => setButton('create', button)}
          />
          <ButtonSettings
            collection={collection}
            heading="Save button"
            hint="Of the form that changes a record."
            standard="Save"
            button={config.buttons.update ?? { bindings: [] }}
            onChange={(button) => setButton('update', button)}
          />
        </>
      )}
      <ErrorNote error={setView.error} />
      <FormButtons onCancel={onClose} type="button" loading={setView.isPending} onClick={save}>
        Save settings
      </FormButtons>
    </Stack>
  )
}

function Fields({ collection }: { collection: Collection }) {
  const [rows, setRows] = useState(() => [emptyField()])
  const add = useAddFields()
  const fields = toFields(rows)
  return (
    <Stack gap="md">
      <div>
        {collection.fields.map((field) => (
          <Group key={field.name} justify="space-between" py={6} style={{ borderBottom: '1px solid var(--ens-line)' }}>
            <Text>
              {labelOf(field)}{' '}
              <Text span c="dimmed" fz="xs" className="mono">
                {field.name}
              </Text>
            </Text>
            <Text c="dimmed" fz="sm">
              {field.target ? `${field.type} → ${field.target}` : field.type}
              {field.required ? ', required' : ''}
            </Text>
          </Group>
        ))}
      </div>
      <FieldRows rows={rows} onChange={setRows} />
      <ErrorNote error={add.error} />
      <Group justify="flex-end">
        <Button
          disabled={fields.length === 0}
          loading={add.isPending}
          onClick={() =>
            add.mutate(
              { collection, add: fields },
              {
                onSuccess: () => {
                  setRows([emptyField()])
                  showDone('The fields are added.')
                },
              },
            )
          }
        >
          Add {fields.length > 1 ? 'the fields' : 'the field'}
        </Button>
      </Group>
    </Stack>
  )
}
