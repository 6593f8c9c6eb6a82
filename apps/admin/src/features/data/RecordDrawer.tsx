import { Button, Drawer, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { isApiError } from '../../api/errors.ts'
import { useSaveRecord } from '../../api/records.ts'
import type { Collection, JsonObject, RecordRow, Triggered, ViewConfig } from '../../api/types.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import { CustomActions } from '../actions/CustomActions.tsx'
import { TriggeredList } from '../executions/TriggeredList.tsx'
import classes from './data.module.css'
import { FieldInput } from './FieldInput.tsx'
import { changedValues, formFields, valueName } from './field-types.ts'

interface Props {
  collection: Collection
  view: ViewConfig | undefined
  editing: RecordRow | 'new' | undefined
  onClose: () => void
}

/** The form of one record. Its button triggers the workflows bound to it and then says which. */
export function RecordDrawer(props: Props) {
  const { editing, onClose, collection } = props
  const [triggered, setTriggered] = useState<Triggered[]>()
  const close = () => {
    setTriggered(undefined)
    onClose()
  }
  const title = triggered
    ? 'Saved'
    : editing === 'new'
      ? `New record in ${collection.title || collection.name}`
      : `Record ${editing?.id ?? ''}`
  return (
    <Drawer opened={editing !== undefined} onClose={close} title={title} size={480}>
      {editing !== undefined &&
        (triggered ? (
          <TriggeredList triggered={triggered} lead="The record is saved. This has ensued:" onClose={close} />
        ) : (
          <RecordForm
            {...props}
            key={editing === 'new' ? 'new' : editing.id}
            editing={editing}
            onSaved={(list) => {
              if (list.length > 0) return setTriggered(list)
              showDone('Saved.')
              close()
            }}
          />
        ))}
    </Drawer>
  )
}

interface FormProps extends Props {
  editing: RecordRow | 'new'
  onSaved: (triggered: Triggered[]) => void
}

function RecordForm({ collection, view, editing, onClose, onSaved }: FormProps) {
  const fields = formFields(collection)
  const before: JsonObject = editing === 'new' ? {} : editing
  const [values, setValues] = useState<JsonObject>(() =>
    Object.fromEntries(
      fields.map((field) => [
        valueName(field),
        before[valueName(field)] ?? (editing === 'new' ? (field.default ?? null) : null),
      ]),
    ),
  )
  const save = useSaveRecord(collection.name)
  const button = editing === 'new' ? view?.buttons.create : view?.buttons.update
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const changed = changedValues(before, values)
    save.mutate(
      { id: editing === 'new' ? undefined : editing.id, values: changed, bindings: button?.bindings ?? [] },
      { onSuccess: ({ triggered }) => onSaved(triggered) },
    )
  }
  const messages = new Map(
    isApiError(save.error) ? save.error.items.map((item) => [item.path?.replace(/^values\./, ''), item.message]) : [],
  )
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {editing !== 'new' && <CustomActions place="record" collection={collection} ids={[editing.id]} />}
        {fields.map((field, index) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[valueName(field)] ?? null}
            error={messages.get(valueName(field)) ?? messages.get(field.name)}
            autoFocus={index === 0}
            onChange={(value) => setValues((old) => ({ ...old, [valueName(field)]: value }))}
          />
        ))}
        {fields.length === 0 && <Text c="dimmed">This collection has no fields to fill in.</Text>}
        {!fields.some((field) => messages.has(field.name) || messages.has(valueName(field))) && (
          <ErrorNote error={save.error} />
        )}
      </Stack>
      <div className={classes.formFoot}>
        <Text fz="xs" c="dimmed" style={{ alignSelf: 'center' }}>
          {(button?.bindings.length ?? 0) > 0 &&
            `Triggers ${button?.bindings.length === 1 ? 'a workflow' : `${button?.bindings.length} workflows`}`}
        </Text>
        <div style={{ display: 'flex', gap: 8 }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {button?.title || (editing === 'new' ? 'Submit' : 'Save')}
          </Button>
        </div>
      </div>
    </form>
  )
}
