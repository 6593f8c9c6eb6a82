import type { NodeRun } from './execution.ts'

/** What is known of each node run: the newest entry of every path, in the order of their first appearance. */
export function foldJournal(entries: Iterable<NodeRun>): Map<string, NodeRun> {
  const runs = new Map<string, NodeRun>()
  for (const entry of entries) runs.set(entry.path, entry)
  return runs
}
