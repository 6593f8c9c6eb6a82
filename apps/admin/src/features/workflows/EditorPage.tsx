import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useCollections } from '../../api/collections.ts'
import { canWorkflow, useMe } from '../../api/session.ts'
import { secretsQuery, variablesQuery } from '../../api/settings.ts'
import type { Workflow } from '../../api/types.ts'
import { catalogQuery, workflowQuery } from '../../api/workflows.ts'
import { Canvas } from '../../canvas/Canvas.tsx'
import { nodeAtPath } from '../../canvas/edit-definition.ts'
import { TRIGGER_KEY } from '../../canvas/layout.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { DebugView } from './DebugView.tsx'
import { EditorHeader, type EditorView } from './EditorHeader.tsx'
import classes from './editor.module.css'
import { JsonPanel } from './JsonPanel.tsx'
import { SETTINGS_KEY, SidePanel } from './SidePanel.tsx'
import { useDraft } from './use-draft.ts'
import { useEditor } from './use-editor.ts'

export function EditorPage({ workflowKey }: { workflowKey: string }) {
  // A draft that was cached a while ago must not be edited: saving it would undo what was done elsewhere.
  const workflow = useQuery({ ...workflowQuery(workflowKey), staleTime: 0 })
  if (workflow.error && !workflow.data)
    return <ErrorState error={workflow.error} onRetry={() => void workflow.refetch()} />
  if (!workflow.data || !workflow.isFetchedAfterMount) return <EditorSkeleton />
  return <Editor workflow={workflow.data} />
}

function EditorSkeleton() {
  return (
    <div className={classes.editor} aria-busy>
      <div className={classes.header}>
        <Skeleton h={18} w={220} />
      </div>
      <div className={classes.skeleton}>
        {[1, 2, 3].map((item) => (
          <Skeleton key={item} h={60} w={256} radius="lg" />
        ))}
      </div>
    </div>
  )
}

function Editor({ workflow }: { workflow: Workflow }) {
  const catalog = useQuery(catalogQuery)
  const collections = useCollections()
  const me = useMe()
  const environment = useQuery({ ...variablesQuery, retry: false })
  const secrets = useQuery({ ...secretsQuery, retry: false })
  const draft = useDraft(workflow)
  const editor = useEditor(draft, catalog.data)
  const [focus, setFocus] = useState<{ key: string; nonce: number }>()
  const [view, setView] = useState<EditorView>('canvas')
  const mayEdit = canWorkflow(me?.permissions, 'edit')

  const problemCounts = useMemo(() => {
    const counts = new Map<string, number>()
    for (const { path } of draft.problems) {
      const key = nodeAtPath(draft.definition, path)?.node.key ?? (path.startsWith('trigger') ? TRIGGER_KEY : '')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return counts
  }, [draft.problems, draft.definition])

  const jump = (path: string) => {
    const key = nodeAtPath(draft.definition, path)?.node.key ?? (path.startsWith('trigger') ? TRIGGER_KEY : undefined)
    editor.select(key)
    if (key) setFocus({ key, nonce: Date.now() })
  }

  return (
    <div className={classes.editor}>
      <EditorHeader
        workflow={workflow}
        draft={draft}
        view={view}
        onView={setView}
        onProblem={jump}
        onSettings={() => editor.select(SETTINGS_KEY)}
      />
      {view === 'json' ? (
        <JsonPanel draft={draft} />
      ) : view === 'debug' && catalog.data ? (
        <DebugView workflow={workflow} draft={draft} catalog={catalog.data} />
      ) : (
        <div className={classes.body} data-panel={editor.selected !== undefined}>
          <div className={classes.canvas}>
            {catalog.error ? (
              <ErrorState error={catalog.error} onRetry={() => void catalog.refetch()} />
            ) : (
              catalog.data && (
                <Canvas
                  definition={draft.definition}
                  catalog={catalog.data}
                  selected={editor.selected}
                  onSelect={editor.select}
                  problems={problemCounts}
                  focus={focus}
                  {...(mayEdit ? { edit: editor.edit } : {})}
                />
              )
            )}
            {editor.moving && (
              <div className={classes.moving} role="status">
                Choose where “{editor.moving}” goes.
                <Button size="compact-xs" variant="default" onClick={editor.stopMoving}>
                  Cancel
                </Button>
              </div>
            )}
          </div>
          {catalog.data && (
            <SidePanel
              workflow={workflow}
              draft={draft}
              catalog={catalog.data}
              collections={collections.data ?? []}
              environment={(environment.data ?? []).map(({ name }) => name)}
              secrets={(secrets.data ?? []).flatMap(({ name, kind }) => (kind === 'text' ? [name] : []))}
              selected={editor.selected}
              onSelect={editor.select}
              onProblem={jump}
            />
          )}
        </div>
      )}
    </div>
  )
}
