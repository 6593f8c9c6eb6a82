import { useMemo, useState } from 'react'
import { useExecution } from '../../api/executions.ts'
import type { Catalog, Definition, Workflow } from '../../api/types.ts'
import { Canvas } from '../../canvas/Canvas.tsx'
import { TRIGGER_KEY } from '../../canvas/layout.ts'
import { runStates } from '../../canvas/run-states.ts'
import { RunPanel } from '../executions/RunPanel.tsx'
import { DebugPanel } from './DebugPanel.tsx'
import classes from './editor.module.css'
import type { Draft } from './use-draft.ts'

interface Props {
  workflow: Workflow
  draft: Draft
  catalog: Catalog
}

/** Runs the draft as it stands and shows on the canvas which way it took; a selected node shows what went in and came out. */
export function DebugView({ workflow, draft, catalog }: Props) {
  const [run, setRun] = useState<{ id: string; definition: Definition }>()
  // Undefined: nothing beside the canvas, which has the screen of a phone for itself.
  const [selected, setSelected] = useState<string | undefined>(TRIGGER_KEY)
  const view = {
    catalog,
    selected,
    onSelect: setSelected,
    input: (
      <DebugPanel
        workflow={workflow}
        draft={draft}
        onClose={() => setSelected(undefined)}
        {...(run ? { executionId: run.id } : {})}
        onRun={(id) => setRun({ id, definition: draft.definition })}
      />
    ),
  }
  if (run) return <DebugRun key={run.id} {...run} {...view} />
  return (
    <div className={classes.body} data-panel={selected !== undefined}>
      <div className={classes.canvas}>
        <Canvas definition={draft.definition} catalog={catalog} selected={selected} onSelect={setSelected} />
      </div>
      {view.input}
    </div>
  )
}

interface DebugRunProps {
  id: string
  definition: Definition
  catalog: Catalog
  selected: string | undefined
  onSelect: (key: string | undefined) => void
  input: React.ReactNode
}

function DebugRun({ id, definition, catalog, selected, onSelect, input }: DebugRunProps) {
  const execution = useExecution(id).data
  const states = useMemo(
    () => runStates(execution?.nodeRuns ?? [], definition, execution?.status),
    [execution, definition],
  )
  const isNode = selected !== undefined && selected !== TRIGGER_KEY
  return (
    <div className={classes.body} data-panel={selected !== undefined}>
      <div className={classes.canvas}>
        <Canvas definition={definition} catalog={catalog} selected={selected} onSelect={onSelect} runs={states} />
      </div>
      {isNode && execution ? (
        <RunPanel
          execution={execution}
          definition={definition}
          catalog={catalog}
          selected={selected}
          onClose={() => onSelect(undefined)}
        />
      ) : (
        input
      )}
    </div>
  )
}
