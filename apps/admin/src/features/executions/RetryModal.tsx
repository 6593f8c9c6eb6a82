import { Button, Collapse, Modal, Radio, Select, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useRetryExecution } from '../../api/executions.ts'
import type { Catalog, Definition, Execution, Json, NodeRun } from '../../api/types.ts'
import { useWorkflows } from '../../api/workflows.ts'
import { findNodeType } from '../../canvas/branches.ts'
import { findNode } from '../../canvas/edit-definition.ts'
import { LazyJsonInput } from '../../forms/LazyJsonInput.tsx'
import { isObject } from '../../lib/json.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { fromOf, startPoints } from './execution-words.ts'

interface Props {
  execution: Execution
  definition: Definition | undefined
  catalog: Catalog | undefined
  /** Undefined: closed. Else the path of the node run that is proposed, or empty for the usual one. */
  from: string | undefined
  onClose: () => void
}

export function RetryModal(props: Props) {
  return (
    <Modal opened={props.from !== undefined} onClose={props.onClose} title="Retry" size={560}>
      {props.from !== undefined && <RetryForm {...props} from={props.from} />}
    </Modal>
  )
}

function RetryForm({ execution, definition, catalog, from, onClose }: Props & { from: string }) {
  const titleOf = ({ node, path, type }: NodeRun) => {
    const title = definition && findNode(definition, node)?.node.title
    const shown = title ?? findNodeType(catalog, type)?.title ?? node
    return path === node ? shown : `${shown} (${path})`
  }
  const begin = execution.nodeRunsKept ? undefined : definition?.nodes.find(({ disabled }) => !disabled)?.key
  const points = startPoints(execution.nodeRuns, titleOf, begin)
  const [point, setPoint] = useState(from || (points[0]?.value ?? ''))
  const [version, setVersion] = useState<'same' | 'live'>('same')
  const [editing, setEditing] = useState(false)
  const [context, setContext] = useState<Json | undefined>(execution.context)
  const retry = useRetryExecution()
  const navigate = useNavigate()
  const live = useWorkflows().data?.find(({ key }) => key === execution.workflow)?.liveVersion
  const start = fromOf(point)
  const run = () =>
    retry.mutate(
      {
        id: execution.id,
        version,
        ...(start === undefined ? {} : { from: start }),
        ...(editing && isObject(context) ? { context } : {}),
      },
      {
        onSuccess: ({ id }) => {
          onClose()
          void navigate({ to: '/executions/$id', params: { id } })
        },
      },
    )
  return (
    <Stack gap="md">
      <Text c="dimmed">
        {execution.nodeRunsKept
          ? 'A new execution takes over what this one had done before that point.'
          : 'What the nodes did was not kept: a new execution does all of it again.'}
      </Text>
      <Select
        label="Start"
        data={points}
        value={point}
        allowDeselect={false}
        onChange={(next) => next !== null && setPoint(next)}
      />
      {live && live !== execution.version && execution.version !== null && (
        <Radio.Group label="Version" value={version} onChange={(next) => setVersion(next as 'same' | 'live')}>
          <Stack gap={6} mt={4}>
            <Radio value="same" label={`The same, v${execution.version}`} />
            <Radio value="live" label={`The live one, v${live}`} />
          </Stack>
        </Radio.Group>
      )}
      <div>
        <Button variant="subtle" size="compact-sm" ml={-8} aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {editing ? 'Keep what triggered it as it was' : 'Change what triggered it'}
        </Button>
        <Collapse expanded={editing}>
          {editing && (
            <LazyJsonInput
              label="Context"
              description="Read in the workflow as $context."
              value={context}
              onChange={setContext}
              maxHeight={320}
            />
          )}
        </Collapse>
      </div>
      <ErrorNote error={retry.error} />
      <FormButtons
        onCancel={onClose}
        type="button"
        loading={retry.isPending}
        disabled={editing && !isObject(context)}
        onClick={run}
      >
        Retry
      </FormButtons>
    </Stack>
  )
}
