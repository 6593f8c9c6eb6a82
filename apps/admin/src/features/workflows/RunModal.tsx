import { Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCollections } from '../../api/collections.ts'
import type { Definition, Json, Schema, Workflow } from '../../api/types.ts'
import { useRunWorkflow, versionQuery } from '../../api/workflows.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { defaultsOf, errorsOf, ObjectInput } from '../../forms/ObjectInput.tsx'
import { isObject, schemaOf } from '../../lib/json.ts'
import { ButtonLink } from '../../ui/ButtonLink.tsx'
import { ErrorNote, ErrorState } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'

interface Props {
  opened: boolean
  onClose: () => void
  workflow: Workflow
}

export function RunModal(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Run “${props.workflow.title}”`} size={520}>
      {props.opened && <Run {...props} />}
    </Modal>
  )
}

/** What the live version asks for, which may not be what the draft does. */
function Run({ workflow, onClose }: Props) {
  const live = useQuery(versionQuery(workflow.key, workflow.liveVersion ?? 0))
  if (live.error) return <ErrorState error={live.error} onRetry={() => void live.refetch()} />
  if (!live.data) return <Skeleton h={140} />
  const { trigger } = live.data.definition
  if (trigger.type === 'manual' && trigger.config.records !== undefined && trigger.config.records !== 'none')
    return <OnRecords trigger={trigger} />
  const schema = schemaOf(trigger.config.input)
  return <RunForm workflow={workflow} schema={schema} onClose={onClose} />
}

function OnRecords({ trigger: { config } }: { trigger: Definition['trigger'] }) {
  const collections = useCollections()
  const name = typeof config.collection === 'string' ? config.collection : ''
  const title = collections.data?.find((item) => item.name === name)?.title || name
  return (
    <Stack gap="md">
      <Text c="dimmed">
        {config.records === 'many'
          ? `It starts on records of ${title}: select them in the table.`
          : `It starts on a record of ${title}: open one, or select some in the table.`}
      </Text>
      <Group justify="flex-end">
        <ButtonLink to="/data/$collection" params={{ collection: name }}>
          Go to {title}
        </ButtonLink>
      </Group>
    </Stack>
  )
}

interface FormProps {
  workflow: Workflow
  schema: Schema | undefined
  onClose: () => void
}

function RunForm({ workflow, schema, onClose }: FormProps) {
  const isForm = schema?.properties !== undefined
  const [input, setInput] = useState<Json | undefined>(() => (isForm ? defaultsOf(schema) : {}))
  const run = useRunWorkflow()
  const navigate = useNavigate()
  const errors = errorsOf(run.error, 'input')
  const start = () =>
    run.mutate(
      { key: workflow.key, ...(input === undefined ? {} : { input }) },
      { onSuccess: ({ executionId }) => void navigate({ to: '/executions/$id', params: { id: executionId } }) },
    )
  return (
    <Stack gap="md">
      <Text c="dimmed">Runs version {workflow.liveVersion} now.</Text>
      {isForm ? (
        <ObjectInput
          label="Input"
          schema={schema}
          value={isObject(input) ? input : {}}
          onChange={setInput}
          errors={errors}
        />
      ) : (
        <JsonInput
          label="Input"
          description="Read in the workflow as $context.input."
          value={input}
          onChange={setInput}
          minHeight={120}
        />
      )}
      {(!isForm || errors.size === 0) && <ErrorNote error={run.error} />}
      <FormButtons onCancel={onClose} type="button" loading={run.isPending} onClick={start}>
        Run
      </FormButtons>
    </Stack>
  )
}
