// Sets up the reimbursement story on a server, submits 80 and 900, approves what waits, and prints both runs.
// On which server, says ../connect.ts. Ends with 1 when anything is not as expected.
import { strict as assert } from 'node:assert'
import { connect } from '../connect.ts'
import { print, printRun } from '../print.ts'
import { type Story, setUp, WORKFLOW } from './story.ts'

const { ensue, url, close } = await connect<Story>()
try {
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
    `\nBoth are approved and paid: ${payouts.data.map(({ note, amount }) => `payout "${note}" of ${amount}`).join(', ')}.`,
  )
} finally {
  await close()
}
