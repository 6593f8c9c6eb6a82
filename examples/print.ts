import type { Execution } from '@ensue/sdk'

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Prints an execution with what each of its nodes did. */
export function printRun(title: string, execution: Execution): void {
  print(`\n${title}: execution ${execution.id}, ${execution.status}`)
  for (const run of execution.nodeRuns) {
    const took = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : 0
    print(
      `  ${run.path.padEnd(18)} ${run.type.padEnd(15)} ${run.status.padEnd(10)} ${`${took} ms`.padStart(8)}  ${run.branch ? `→ ${run.branch}` : ''}`,
    )
  }
}
