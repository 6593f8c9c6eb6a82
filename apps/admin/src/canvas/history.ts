/** What was done, for undo and redo. */
export interface History<State> {
  past: State[]
  present: State
  future: State[]
  /** What changed last and when: changes of the same thing in quick succession are one step. */
  last?: { tag: string; atMs: number }
}

const MERGE_MS = 1_200
const MAX_STEPS = 200

export function startHistory<State>(present: State): History<State> {
  return { past: [], present, future: [] }
}

/** Goes on to a new state. With a `tag` (such as the field being typed in) it may join the step before. */
export function record<State>(
  history: History<State>,
  present: State,
  tag?: string,
  nowMs = Date.now(),
): History<State> {
  if (present === history.present) return history
  const joins = tag !== undefined && history.last?.tag === tag && nowMs - history.last.atMs < MERGE_MS
  return {
    past: joins ? history.past : [...history.past, history.present].slice(-MAX_STEPS),
    present,
    future: [],
    ...(tag === undefined ? {} : { last: { tag, atMs: nowMs } }),
  }
}

export function undo<State>(history: History<State>): History<State> {
  const previous = history.past.at(-1)
  if (previous === undefined) return history
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future] }
}

export function redo<State>(history: History<State>): History<State> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future }
}
