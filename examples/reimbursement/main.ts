// Sets up the reimbursement story on a server, submits 80 and 900, approves what waits, and prints both runs.
// With ENSUE_URL, ENSUE_EMAIL and ENSUE_PASSWORD on that server; else on a fresh one of its own.
import { strict as assert } from 'node:assert'
import { createClient, type Execution } from '@ensue/sdk'
import { startOwnServer } from './own-server.ts'
import { setUp, WORKFLOW } from './story.ts'

const own = process.env.ENSUE_URL ? undefined : await startOwnServer()
try {
  const url = own?.url ?? process.env.ENSUE_URL!
  const { token } = await createClient({ url }).auth.signIn({
    email: own?.email ?? process.env.ENSUE_EMAIL ?? '',
    password: own?.password ?? process.env.ENSUE_PASSWORD ?? '',
  })
  const ensue = createClient({ url, token })
  await setUp(ensue)
  print(`The workflow ${WORKFLOW} is live on ${url} and bound to the Submit button of reimbursements.`)

  const requests = ensue.collection('reimbursements')
  const small = await requests.create({ title: 'Taxi', amount: 80 }, { triggerWorkflows: [WORKFLOW] })
  const large = await requests.create({ title: 'Laptop', amount: 900 }, { triggerWorkflows: [WORKFLOW] })

  const paid = await ensue.executions.wait(small.triggered[0]!.executionId!)
  assert.equal(paid.status, 'succeeded')
  printRun('80 is paid at once', paid)

  const waiting = await ensue.executions.wait(large.triggered[0]!.executionId!, { until: 'waiting' })
  assert.equal(waiting.status, 'waiting')
  const { data: tasks } = await ensue.tasks.list({ status: 'pending' })
  const task = tasks.find((one) => one.executionId === waiting.id)
  assert.ok(task, 'a task for the supervisor')
  print(`\nA task waits in the inbox: "${task.title}"`)
  await ensue.tasks.decide(task.id, 'approve', { values: { costCenter: '4711' }, comment: 'Needed for the job.' })

  const reviewed = await ensue.executions.wait(waiting.id)
  assert.equal(reviewed.status, 'succeeded')
  printRun('900 is paid after the review', reviewed)

  const ids = [small.data.id, large.data.id]
  const payouts = await ensue.collection('payouts').list({ filter: { reimbursementId: { $in: ids } }, sort: ['id'] })
  assert.deepEqual(
    payouts.data.map((payout) => payout.amount),
    [80, 900],
  )
  const after = await requests.list({ filter: { id: { $in: ids } } })
  assert.ok(after.data.every((request) => request.status === 'approved'))
  print(
    `\nBoth are approved, and there are ${payouts.data.length} payouts: ${payouts.data.map((payout) => payout.amount).join(' and ')}.`,
  )
} finally {
  await own?.stop()
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function printRun(title: string, execution: Execution): void {
  print(`\n${title}: execution ${execution.id}, ${execution.status}`)
  for (const run of execution.nodeRuns) {
    const took = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : 0
    print(
      `  ${run.path.padEnd(18)} ${run.type.padEnd(15)} ${run.status.padEnd(10)} ${`${took} ms`.padStart(8)}  ${run.branch ? `→ ${run.branch}` : ''}`,
    )
  }
}
