import { Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type CustomAction, useStartCustomAction } from '../../api/custom-actions.ts'
import type { Triggered } from '../../api/types.ts'
import { defaultsOf, errorsOf, ObjectInput } from '../../forms/ObjectInput.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { TriggeredList } from '../executions/TriggeredList.tsx'

interface Props {
  /** Undefined: closed. */
  action: CustomAction | undefined
  ids: (string | number)[]
  /** What the records are called, e.g. "Orders". */
  noun: string
  onClose: (started: boolean) => void
}

/** Asks what the action wants to know, starts it, and tells what came of it. */
export function StartModal({ action, ids, noun, onClose }: Props) {
  const [triggered, setTriggered] = useState<Triggered[]>()
  const close = () => {
    onClose(triggered !== undefined)
    setTriggered(undefined)
  }
  return (
    <Modal opened={action !== undefined} onClose={close} title={action?.title ?? ''} size={500}>
      {action &&
        (triggered ? (
          <TriggeredList triggered={triggered} lead="This has started:" onClose={close} />
        ) : (
          <StartForm action={action} ids={ids} noun={noun} onClose={close} onStarted={setTriggered} />
        ))}
    </Modal>
  )
}

function target({ records }: CustomAction, ids: (string | number)[], noun: string): string {
  if (records === 'none') return 'It starts at once.'
  if (ids.length === 1) return `It starts on record ${ids[0]} of ${noun}.`
  return records === 'one'
    ? `It starts once for each of the ${ids.length} chosen records of ${noun}.`
    : `It starts once, on the ${ids.length} chosen records of ${noun}.`
}

interface FormProps {
  action: CustomAction
  ids: (string | number)[]
  noun: string
  onClose: () => void
  onStarted: (triggered: Triggered[]) => void
}

function StartForm({ action, ids, noun, onClose, onStarted }: FormProps) {
  const [input, setInput] = useState(() => defaultsOf(action.input))
  const start = useStartCustomAction()
  // What is asked is checked as `input` or, beside a record, as the `values` of the call.
  const errors = new Map([...errorsOf(start.error, 'input'), ...errorsOf(start.error, 'values')])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // Of a React tree that goes on outside of the modal: a form around the button must not be sent with it.
    event.stopPropagation()
    start.mutate({ action, ids, input }, { onSuccess: onStarted })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text c="dimmed">{target(action, ids, noun)}</Text>
        {action.input && (
          <ObjectInput label="Input" schema={action.input} value={input} onChange={setInput} errors={errors} />
        )}
        {errors.size === 0 && <ErrorNote error={start.error} />}
        <FormButtons onCancel={onClose} loading={start.isPending} {...(action.input ? {} : { 'data-autofocus': true })}>
          Start
        </FormButtons>
      </Stack>
    </form>
  )
}
