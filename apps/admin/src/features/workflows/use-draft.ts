import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Definition, Problem, Workflow } from '../../api/types.ts'
import { saveDraft, workflowQuery } from '../../api/workflows.ts'
import { type History, record, redo, startHistory, undo } from '../../canvas/history.ts'

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed'

const SAVE_AFTER_MS = 700

/** The draft being edited, with undo, and saved by itself a moment after the last change. */
export function useDraft(workflow: Workflow) {
  const client = useQueryClient()
  const [history, setHistory] = useState<History<Definition>>(() => startHistory(workflow.draft))
  const [problems, setProblems] = useState<Problem[]>(workflow.problems ?? [])
  const [state, setState] = useState<SaveState>('saved')
  const [error, setError] = useState<unknown>()
  const latest = useRef(history.present)
  latest.current = history.present
  const stored = useRef(workflow.draft)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const running = useRef<Promise<void>>(Promise.resolve())
  const { key } = workflow

  /** Saves now what isn't saved yet. Saves follow one another, so that an older draft never overwrites a newer one. */
  const flush = useCallback((): Promise<void> => {
    clearTimeout(timer.current)
    running.current = running.current.then(async () => {
      const definition = latest.current
      if (definition === stored.current) return
      setState('saving')
      try {
        const saved = await saveDraft({ key, definition })
        stored.current = definition
        setProblems(saved.problems)
        setError(undefined)
        setState(latest.current === definition ? 'saved' : 'unsaved')
        client.setQueryData(workflowQuery(key).queryKey, (old) =>
          old ? { ...old, draft: definition, problems: saved.problems, hasDraftChanges: true } : old,
        )
      } catch (thrown) {
        setError(thrown)
        setState('failed')
      }
    })
    return running.current
  }, [client, key])

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new state of the definition is to be saved
  useEffect(() => {
    if (latest.current === stored.current) return
    setState('unsaved')
    timer.current = setTimeout(() => void flush(), SAVE_AFTER_MS)
    return () => clearTimeout(timer.current)
  }, [history.present, flush])

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (latest.current !== stored.current) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => {
      window.removeEventListener('beforeunload', warn)
      void flush()
    }
  }, [flush])

  return {
    definition: history.present,
    problems,
    state,
    error,
    flush,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: useCallback(
      (update: (definition: Definition) => Definition, tag?: string) =>
        setHistory((old) => record(old, update(old.present), tag)),
      [],
    ),
    undo: useCallback(() => setHistory(undo), []),
    redo: useCallback(() => setHistory(redo), []),
  }
}

export type Draft = ReturnType<typeof useDraft>
