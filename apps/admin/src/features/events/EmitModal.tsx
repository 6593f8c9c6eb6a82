import { Autocomplete, Button, Collapse, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Emitted, eventTypesQuery, useEmitEvent } from '../../api/events.ts'
import type { JsonObject, Schema } from '../../api/types.ts'
import { useWorkflows } from '../../api/workflows.ts'
import { defaultsOf, errorsOf, ObjectInput } from '../../forms/ObjectInput.tsx'
import { ButtonLink } from '../../ui/ButtonLink.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { LiveStatus } from '../executions/LiveStatus.tsx'
import { isSystemEvent } from './event-words.ts'
import classes from './events.module.css'

interface Props {
  /** Undefined: closed. Empty: the name is still to be chosen. */
  name: string | undefined
  onClose: () => void
}

export function EmitModal({ name, onClose }: Props) {
  return (
    <Modal opened={name !== undefined} onClose={onClose} title="Emit an event" size={540}>
      {name !== undefined && <Emit name={name} onClose={onClose} />}
    </Modal>
  )
}

function Emit({ name, onClose }: { name: string; onClose: () => void }) {
  const [emitted, setEmitted] = useState<Emitted>()
  return emitted ? (
    <Outcome emitted={emitted} onClose={onClose} />
  ) : (
    <EmitForm first={name} onEmitted={setEmitted} onClose={onClose} />
  )
}

function EmitForm({
  first,
  onEmitted,
  onClose,
}: {
  first: string
  onEmitted: (emitted: Emitted) => void
  onClose: () => void
}) {
  const types = useQuery(eventTypesQuery)
  const emit = useEmitEvent()
  const [name, setName] = useState(isSystemEvent(first) ? '' : first)
  const [edited, setEdited] = useState<{ name: string; params: JsonObject }>()
  const [orderingKey, setOrderingKey] = useState('')
  const [more, setMore] = useState(false)
  const known = (types.data ?? []).filter(({ builtIn }) => !builtIn)
  const type = known.find((item) => item.name === name)
  const schema = (type?.schema ?? undefined) as Schema | undefined
  // Another event asks for other parameters.
  const params = edited?.name === name ? edited.params : defaultsOf(schema)
  const errors = errorsOf(emit.error, 'params')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const order = orderingKey.trim()
    emit.mutate({ name: name.trim(), params, ...(order ? { orderingKey: order } : {}) }, { onSuccess: onEmitted })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Autocomplete
          label="Event"
          description={name.trim() === '' ? 'One of the catalogue, or any other name.' : listenersInWords(type)}
          placeholder="sku_reorder"
          data={known.map((item) => item.name)}
          value={name}
          onChange={setName}
          required
          {...(first === '' ? { 'data-autofocus': true } : {})}
        />
        {type?.description && (
          <Text fz="sm" c="dimmed">
            {type.description}
          </Text>
        )}
        <ObjectInput
          key={schema ? name : ''}
          label="Parameters"
          description="A JSON object; workflows read it as {{$param}}."
          schema={schema}
          value={params}
          onChange={(next) => setEdited({ name, params: next })}
          errors={errors}
        />
        <Collapse expanded={more}>
          <TextInput
            label="In order by"
            description="Events with the same text are handled one after the other."
            value={orderingKey}
            onChange={(event) => setOrderingKey(event.currentTarget.value)}
          />
        </Collapse>
        {errors.size === 0 && <ErrorNote error={emit.error} />}
        <Group justify="space-between" gap="xs">
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            ml={-8}
            onClick={() => setMore(!more)}
            aria-expanded={more}
          >
            {more ? 'Fewer options' : 'More options'}
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={emit.isPending} disabled={name.trim() === ''}>
              Emit
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

function listenersInWords(type: { listeners: { title: string; enabled: boolean }[] } | undefined): string {
  const titles = (type?.listeners ?? []).flatMap(({ title, enabled }) => (enabled ? [title] : []))
  return titles.length === 0 ? 'No enabled workflow listens to it yet.' : `Starts ${titles.join(', ')}.`
}

function Outcome({ emitted: { triggered }, onClose }: { emitted: Emitted; onClose: () => void }) {
  const workflows = useWorkflows()
  return (
    <Stack gap="md">
      <Text c="dimmed">
        {triggered.length === 0
          ? 'The event is stored. No enabled workflow listens to it.'
          : 'The event is stored. It has started:'}
      </Text>
      {triggered.length > 0 && (
        <ul className={classes.started}>
          {triggered.map(({ workflow, executionId, message }) => (
            <li key={executionId} className={classes.run}>
              <span className={classes.runTitle}>
                {workflows.data?.find(({ key }) => key === workflow)?.title ?? workflow}
                {message && <small>{message}</small>}
              </span>
              {message ? <StatusBadge status="skipped" /> : <LiveStatus id={executionId} first="queued" />}
              <ButtonLink variant="default" size="compact-sm" to="/executions/$id" params={{ id: executionId }}>
                Open run
              </ButtonLink>
            </li>
          ))}
        </ul>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
