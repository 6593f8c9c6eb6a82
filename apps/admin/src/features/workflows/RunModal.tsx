import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Json, Workflow } from '../../api/types.ts'
import { useRunWorkflow } from '../../api/workflows.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'

interface Props {
  opened: boolean
  onClose: () => void
  workflow: Workflow
}

export function RunModal(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Run “${props.workflow.title}”`} size={520}>
      {props.opened && <RunForm {...props} />}
    </Modal>
  )
}

function RunForm({ onClose, workflow }: Props) {
  const [input, setInput] = useState<Json | undefined>({})
  const run = useRunWorkflow()
  const navigate = useNavigate()
  return (
    <Stack gap="md">
      <Text c="dimmed">Runs version {workflow.liveVersion} now, with this as what triggered it.</Text>
      <JsonInput label="Input" value={input} onChange={setInput} minHeight={140} />
      <ErrorNote error={run.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={run.isPending}
          onClick={() =>
            run.mutate(
              { key: workflow.key, ...(input === undefined ? {} : { input }) },
              { onSuccess: ({ executionId }) => void navigate({ to: '/executions/$id', params: { id: executionId } }) },
            )
          }
        >
          Run
        </Button>
      </Group>
    </Stack>
  )
}
