import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ErrorNote } from './ErrorState.tsx'

interface Props {
  opened: boolean
  onClose: () => void
  title: string
  children: ReactNode
  confirm: string
  /** To be typed before the button works. */
  name?: string
  onConfirm: () => Promise<unknown>
}

export function ConfirmModal(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="sm">
      {props.opened && <ConfirmBody {...props} />}
    </Modal>
  )
}

function ConfirmBody({ onClose, children, confirm, name, onConfirm }: Props) {
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack gap="md">
      <Text component="div" c="dimmed">
        {children}
      </Text>
      {name && (
        <TextInput
          label={`Type “${name}” to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <ErrorNote error={error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Keep
        </Button>
        <Button color="red.8" loading={busy} disabled={name !== undefined && typed !== name} onClick={() => void run()}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  )
}
