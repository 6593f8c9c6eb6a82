import { Stack, TagsInput, Text, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Catalog, Definition, Workflow } from '../../api/types.ts'
import { useUpdateWorkflow } from '../../api/workflows.ts'
import { ExpressionInput } from '../../forms/ExpressionInput.tsx'
import classes from './editor.module.css'
import { ProblemList } from './ProblemList.tsx'
import type { Draft } from './use-draft.ts'
import { WorkflowKept } from './WorkflowKept.tsx'
import { WorkflowLimits } from './WorkflowLimits.tsx'

interface Props {
  workflow: Workflow
  draft: Draft
  catalog: Catalog
  onProblem: (path: string) => void
}

type Options = Definition['options']

/** What concerns the whole workflow; shown while nothing is selected. */
export function WorkflowPanel({ workflow, draft, onProblem }: Props) {
  const { options } = draft.definition
  const set = (name: keyof Options, value: Options[keyof Options]) =>
    draft.change((old) => {
      const { [name]: _old, ...rest } = old.options
      return { ...old, options: value === undefined ? rest : { ...rest, [name]: value } }
    }, `options:${name}`)
  const optionProblems = new Map(
    draft.problems.flatMap(({ path, message }) => (path.startsWith('options.') ? [[path.slice(8), message]] : [])),
  )
  return (
    <Stack gap="md">
      {draft.problems.length > 0 && (
        <div>
          <Text fw={500} fz="sm" mb={4}>
            To be solved before it can be deployed
          </Text>
          <ProblemList draft={draft} onProblem={onProblem} />
        </div>
      )}
      {draft.definition.nodes.length === 0 && draft.problems.length === 0 && (
        <Text c="dimmed">
          Press + on the canvas to add the first node. Select the trigger to say when the workflow starts.
        </Text>
      )}
      <Description workflow={workflow} />
      <ExpressionInput
        label="Label of a run"
        description="A business key that the list of executions shows."
        placeholder="{{$context.data.number}}"
        value={options.label ?? ''}
        onChange={(text) => set('label', text === '' ? undefined : text)}
      />
      <TagsInput
        label="Tags"
        value={options.tags ?? []}
        onChange={(tags) => set('tags', tags.length === 0 ? undefined : tags)}
        acceptValueOnBlur
      />
      <WorkflowLimits options={options} problems={optionProblems} onChange={set} />
      <WorkflowKept options={options} problems={optionProblems} onChange={set} />
      <div className={classes.section}>
        <h3>Keyboard</h3>
        <dl style={{ display: 'grid', gridTemplateColumns: 'auto 1fr', gap: '4px 14px', margin: 0 }}>
          {[
            ['Ctrl Z, Ctrl Y', 'Undo, redo'],
            ['Del', 'Delete the selected node'],
            ['Ctrl D', 'Duplicate it'],
            ['Ctrl C, Ctrl V', 'Copy it, paste after it'],
            ['Alt ↑, Alt ↓', 'Move it'],
          ].map(([keys, what]) => (
            <div key={keys} style={{ display: 'contents' }}>
              <Text component="dt" fz="xs" className="mono">
                {keys}
              </Text>
              <Text component="dd" fz="xs" c="dimmed" m={0}>
                {what}
              </Text>
            </div>
          ))}
        </dl>
      </div>
    </Stack>
  )
}

function Description({ workflow }: { workflow: Workflow }) {
  const update = useUpdateWorkflow()
  const [text, setText] = useState(workflow.description ?? '')
  useEffect(() => setText(workflow.description ?? ''), [workflow.description])
  return (
    <Textarea
      label="Description"
      autosize
      minRows={2}
      placeholder="What it is for"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        if (text !== (workflow.description ?? '')) update.mutate({ key: workflow.key, description: text })
      }}
    />
  )
}
