import type { Definition, JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { deployWorkflow } from '../testing/deploy-workflow.ts'

let test: TestApp
const call = (path: string, body: object = {}) => test.call(`/api/${path}`, { body })
const run = async (key: string, more: object = {}): Promise<string> =>
  (await call('workflows:run', { key, input: { order: 7 }, ...more })).body.data.executionId
const get = async (id: string) => (await test.call(`/api/executions/${id}`)).body.data
const runsOf = async (workflow: string) => {
  const { data } = (await call('executions:list', { workflow })).body
  return Promise.all(data.map(({ id }: { id: string }) => get(id)))
}
const settledRuns = async (workflow: string, count: number) => {
  await expect
    .poll(async () => (await runsOf(workflow)).filter((one) => one.finishedAt).length, { timeout: 5_000 })
    .toBe(count)
  return runsOf(workflow)
}
const fail = { key: 'fail', type: 'end', config: { status: 'failure', message: 'Out of stock.' } }
const deploy = (key: string, type: string, config: JsonObject, nodes: Definition['nodes'] = [], sync = false) =>
  deployWorkflow(test.app, key, { type, config }, { nodes, sync })

beforeAll(async () => {
  test = await createTestApp()
  await deploy('order', 'call', {}, [fail])
  await deploy('sync-order', 'call', {}, [fail], true)
  await deploy('fine', 'call', {}, [])
})
afterAll(() => test.stop())

describe('a failed execution', () => {
  it('starts nothing while nobody answers failures', async () => {
    const id = await run('order')
    await expect.poll(async () => (await get(id)).status).toBe('failed')
    expect((await call('executions:list', { trigger: 'failure' })).body.data).toEqual([])
  })

  it('starts the workflows that answer it, with what failed and why', async () => {
    await deploy('rescue', 'failure', { workflows: ['order', 'sync-order'] }, [
      {
        key: 'note',
        type: 'set',
        config: { values: { text: '{{$context.execution.context.input.order}}: {{$context.error.message}}' } },
      },
    ])
    const id = await run('order')
    const [rescue] = await settledRuns('rescue', 1)
    expect(rescue).toMatchObject({
      status: 'succeeded',
      trigger: 'failure',
      parentId: id,
      context: {
        execution: { id, workflow: 'order', trigger: 'call', version: 1 },
        error: { code: 'ended_in_failure', message: 'Out of stock.' },
        node: 'fail',
      },
      nodeRuns: [{ output: { text: '7: Out of stock.' } }],
    })
    await run('fine')
    const sync = await run('sync-order', { wait: true })
    expect((await settledRuns('rescue', 2)).map(({ parentId }) => parentId)).toEqual([sync, id])
  })

  it('of a workflow that answers failures does not go round and round', async () => {
    await deploy('any', 'failure', {}, [fail])
    await deploy('any-other', 'failure', {}, [fail])
    await run('order')
    // Each hears of the order and of the other's failure, and is skipped when it hears of what it has led to itself.
    const [any, other] = [await settledRuns('any', 5), await settledRuns('any-other', 5)]
    for (const runs of [any, other]) {
      expect(runs.map(({ status, reason }) => `${status} ${reason}`).sort()).toEqual([
        'failed ended_in_failure',
        'failed ended_in_failure',
        'skipped self_triggered',
        'skipped self_triggered',
        'skipped self_triggered',
      ])
    }
  })

  it('by a crash is answered like any other', async () => {
    const before = (await runsOf('rescue')).length
    const id = await crashedFor('3')
    await settledRuns('rescue', before + 1)
    expect((await runsOf('rescue'))[0]).toMatchObject({
      parentId: id,
      context: { error: { code: 'crashed' }, node: null },
    })
  })

  it('by a crash ends, and holds up no other, also when its answers can not be written', async () => {
    const { pool } = test.app.client
    await pool.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
      create trigger refuse before insert on ensue.execution for each row when (new.trigger_type = 'failure') execute function refuse()`)
    const [poisoned, other] = [await crashedFor('3'), await crashedFor('0')]
    await expect.poll(async () => (await get(poisoned)).reason, { timeout: 5_000 }).toBe('crashed')
    await expect.poll(async () => (await get(other)).finishedAt, { timeout: 5_000 }).not.toBeNull()
    await pool.query('drop function refuse cascade')
  })
})

/** An execution of `order` whose runner died, after so many starts of its node that ended like that. */
async function crashedFor(crashStarts: string): Promise<string> {
  const { db, pool } = test.app.client
  const id = await run('fine')
  await expect.poll(async () => (await get(id)).status).toBe('succeeded')
  const runner = crypto.randomUUID()
  await db
    .insertInto('runner')
    .values({ id: runner, lockKey: '77', role: 'runner', host: 'elsewhere', pid: 1, workerPoolId: null })
    .execute()
  await pool.query(
    `update ensue.execution set status = 'running', runner_id = $2, crash_starts = $3, finished_at = null,
       workflow_id = (select id from ensue.workflow where key = 'order') where id = $1`,
    [id, runner, crashStarts],
  )
  await db.updateTable('runner').set({ heartbeatAt: '2020-01-01T00:00:00Z' }).where('id', '=', runner).execute()
  return id
}
