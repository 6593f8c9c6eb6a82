import { Button, Drawer, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { type EventType, useSetEventType } from '../../api/events.ts'
import type { Json, JsonObject } from '../../api/types.ts'
import { isObject } from '../../lib/json.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { JsonView } from '../../ui/JsonView.tsx'
import { showDone } from '../../ui/notify.ts'
import { EventName } from './EventName.tsx'
import classes from './events.module.css'

const SchemaInput = lazy(() =>
  import('../../forms/SchemaInput.tsx').then((module) => ({ default: module.SchemaInput })),
)

interface Props {
  /** Undefined: closed. */
  type: EventType | 'new' | undefined
  mayEdit: boolean
  onClose: () => void
  onName: (name: string) => void
}

export function EventTypeDrawer({ type, mayEdit, onClose, onName }: Props) {
  const title = type === undefined ? '' : type === 'new' ? 'Declare an event' : (type.title ?? type.name)
  return (
    <Drawer opened={type !== undefined} onClose={onClose} title={title} size={520}>
      {type !== undefined && (
        <Stack gap="md">
          {type === 'new' ? (
            <DeclarationForm type={undefined} onClose={onClose} />
          ) : type.builtIn || !mayEdit ? (
            <Facts type={type} />
          ) : (
            <DeclarationForm type={type} onClose={onClose} />
          )}
          {type !== 'new' && (
            <div>
              <Button variant="subtle" size="compact-sm" ml={-8} onClick={() => onName(type.name)}>
                Show what was emitted
              </Button>
            </div>
          )}
        </Stack>
      )}
    </Drawer>
  )
}

function Facts({ type: { name, title, description, schema } }: { type: EventType }) {
  return (
    <>
      <EventName name={name} title={title} />
      {description && <Text c="dimmed">{description}</Text>}
      <section>
        <h3 className={classes.heading}>Parameters</h3>
        {schema ? (
          <JsonView value={schema} label="the schema of the parameters" maxHeight={480} />
        ) : (
          <Text c="dimmed">Any.</Text>
        )}
      </section>
    </>
  )
}

/** What is said of an event; its name stays. */
function DeclarationForm({ type, onClose }: { type: EventType | undefined; onClose: () => void }) {
  const set = useSetEventType()
  const [name, setName] = useState(type?.name ?? '')
  const [title, setTitle] = useState(type?.title ?? '')
  const [description, setDescription] = useState(type?.description ?? '')
  const [schema, setSchema] = useState<JsonObject | undefined>(type?.schema ?? undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate(
      {
        name: name.trim(),
        title: title.trim() || null,
        description: description.trim() || null,
        schema: schema ?? null,
      },
      {
        onSuccess: () => {
          showDone(`“${name.trim()}” is declared.`)
          onClose()
        },
      },
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {type ? (
          <Text className="mono" fz="sm" c="dimmed">
            {name}
          </Text>
        ) : (
          <TextInput
            label="Name"
            description="As it is emitted and listened to."
            placeholder="sku_reorder"
            required
            maxLength={128}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <TextInput
          label="Title"
          placeholder="A product runs low"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          placeholder="When it is emitted, and what for"
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Suspense>
          <SchemaInput
            label="Parameters"
            description="Checked from now on wherever the event is emitted. Without any, all are taken."
            value={schema}
            onChange={(next: Json | undefined) => setSchema(isObject(next) ? next : undefined)}
          />
        </Suspense>
        <ErrorNote error={set.error} />
        <FormButtons onCancel={onClose} loading={set.isPending} disabled={name.trim() === ''}>
          Save
        </FormButtons>
      </Stack>
    </form>
  )
}
