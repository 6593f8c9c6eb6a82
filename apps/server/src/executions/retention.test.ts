import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { createExecutionRetention } from './retention.ts'

let test: TestApp
let beside: TestApp
beforeAll(async () => {
  test = await createTestApp({ EXECUTION_RETENTION_DAYS: '30' })
  beside = await createTestApp({ EXECUTION_RETENTION_DAYS: '30' }, test)
})
afterAll(async () => {
  await beside.stop()
  await test.stop()
})

const api = (path: string, body: object) => test.call(`/api/${path}`, { body })
const get = (id: string) => test.call(`/api/executions/${id}`)
const END = { key: 'end', type: 'end', config: { output: { n: '{{$context.input.n}}' } } }

async function publish(key: string, definition: object) {
  expect((await api('workflows:create', { key, title: key, definition })).body.data?.problems).toEqual([])
  expect((await api('workflows:deploy', { key })).status).toBe(200)
  expect((await api('workflows:enable', { key, enabled: true })).status).toBe(200)
}
async function settled(id: string) {
  await expect.poll(async () => (await get(id)).body.data.finishedAt).not.toBeNull()
  return id
}
const run = async (key: string, more: object = {}): Promise<string> =>
  (await api('workflows:run', { key, input: { n: 1 }, ...more })).body.data.executionId

/** Makes an execution older, as its id, start and end tell; links to it are moved along. */
async function age(id: string, hours: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    update ensue.execution set queued_at = queued_at - ${hours} * interval '1 hour', finished_at = finished_at - ${hours} * interval '1 hour',
      id = (lpad(to_hex(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - ${hours}::bigint * 3600000), 12, '0')
        || substr(replace(id::text, '-', ''), 13))::uuid
    where id = ${id} returning id`.execute(test.app.client.db)
  await sql`update ensue.execution set parent_id = ${rows[0]!.id} where parent_id = ${id}`.execute(test.app.client.db)
  return rows[0]!.id
}
/** Both processes do it at once, to the end. */
async function sweep() {
  await Promise.all(
    [test, beside].map(async ({ app }) => {
      const turn = createExecutionRetention(app)
      while (await turn());
    }),
  )
}
const exists = async (id: string) => (await get(id)).status === 200

describe('the retention of executions', () => {
  it('is that of the live version, else that of the server; a deploy changes it at once, for all processes', async () => {
    await publish('own', {
      trigger: { type: 'call' },
      nodes: [END],
      options: { retention: { succeeded: { maxAgeDays: 2 } } },
    })
    await publish('default', { trigger: { type: 'call' }, nodes: [END] })
    const [old, young, long] = await Promise.all([
      run('own')
        .then(settled)
        .then((id) => age(id, 49)),
      run('own')
        .then(settled)
        .then((id) => age(id, 47)),
      run('default')
        .then(settled)
        .then((id) => age(id, 49)),
    ])
    const tooLong = await run('default')
      .then(settled)
      .then((id) => age(id, 24 * 31))
    await sweep()
    expect(await Promise.all([old, young, long, tooLong].map((id) => exists(id!)))).toEqual([false, true, true, false])

    const definition = {
      trigger: { type: 'call' },
      nodes: [END],
      options: { retention: { succeeded: { maxAgeDays: 1 } } },
    }
    await api('workflows:saveDraft', { key: 'own', definition })
    await api('workflows:deploy', { key: 'own' })
    await sweep()
    expect(await exists(young!)).toBe(false)
    await api('workflows:delete', { key: 'default' })
    await sweep()
    expect(await exists(long!)).toBe(true)
    await age(long!, 24 * 30)
    await sweep()
    expect((await api('executions:list', { limit: 200 })).body.data).toEqual([])
  })

  it('keeps the promise of an idempotency key: for a day the second start is the first', async () => {
    await publish('keyed', {
      trigger: { type: 'call' },
      nodes: [END],
      options: { retention: { succeeded: { maxCount: 0 } } },
    })
    const first = await age(await settled(await run('keyed', { idempotencyKey: 'a' })), 23)
    const unkeyed = await age(await settled(await run('keyed')), 23)
    await sweep()
    expect([await exists(first), await exists(unkeyed)]).toEqual([true, false])
    expect(await run('keyed', { idempotencyKey: 'a' })).toBe(first)
    await age(first, 2)
    await sweep()
    expect(await settled(await run('keyed', { idempotencyKey: 'a' }))).not.toBe(first)
  })

  it.each([true, false])(
    'keeps an accepted request of a webhook (sync: %s) while its delivery may come again',
    async (sync) => {
      const key = `hook-${sync}`
      await publish(key, {
        sync,
        trigger: {
          type: 'webhook',
          config: {
            dedupe: { expression: '$body.id', windowMs: 3 * 3_600_000 },
            ...(sync ? {} : { reply: { body: 'got {{$body.id}}' } }),
          },
        },
        nodes: sync ? [{ key: 'answer', type: 'response', config: { status: 201, body: 'got {{$body.id}}' } }] : [END],
        options: { retention: { succeeded: { maxCount: 0 } }, logLevel: 'none' },
      })
      const post = async () => {
        const { status, body, headers } = await test.call(`/api/webhooks/${key}`, { body: { id: 'x' }, token: null })
        return { status, body, executionId: headers.get('x-execution-id') }
      }
      const inbox = async () => {
        await test.app.deliveries.flush()
        return (await test.call(`/api/webhooks:deliveries?workflow=${key}`)).body.data as {
          outcome: string
          executionId: string
        }[]
      }
      const answer = await post()
      const [delivery] = await inbox()
      const kept = await age(await settled(delivery!.executionId), 2)
      await sweep()
      expect(await post()).toMatchObject({ status: answer.status, body: answer.body })
      expect((await inbox()).map(({ outcome, executionId }) => ({ outcome, executionId }))).toEqual([
        { outcome: 'duplicate', executionId: kept },
        { outcome: 'accepted', executionId: kept },
      ])
      // The switch is no end of the window.
      await api('workflows:enable', { key, enabled: false })
      await sweep()
      expect(await exists(kept)).toBe(true)
      await api('workflows:enable', { key, enabled: true })

      const old = await age(kept, 2)
      await sweep()
      expect(await exists(old)).toBe(false)
      expect((await inbox()).map(({ outcome }) => outcome)).toEqual(['duplicate'])
      expect(await post()).toMatchObject({ status: answer.status, body: answer.body })
      expect((await inbox())[0]).toMatchObject({ outcome: 'accepted' })
    },
  )

  it('leaves what a deleted one has started, which still says what started it', async () => {
    await publish('child', { trigger: { type: 'call' }, nodes: [END] })
    await publish('parent', {
      trigger: { type: 'call' },
      nodes: [
        { key: 'sub', type: 'subWorkflow', config: { workflow: 'child', input: { n: 2 } } },
        { key: 'fail', type: 'end', config: { status: 'failure' } },
      ],
      options: { retention: { failed: { maxCount: 0 } } },
    })
    const parent = await settled(await run('parent'))
    const [child] = (await api('executions:list', { parentId: parent })).body.data
    const retry = (await api('executions:retry', { id: parent })).body.data.id
    await settled(retry)
    const gone = await age(parent, 1)
    await sweep()
    expect(await exists(gone)).toBe(false)
    expect((await get(child.id)).body.data).toMatchObject({ parentId: gone, status: 'succeeded', output: { n: 2 } })
    expect((await get(retry)).body.data).toMatchObject({ parentId: gone, status: 'failed' })
    expect((await api('executions:list', { parentId: gone })).body.data).toHaveLength(2)
  })

  it('is never for the ones that are not over', async () => {
    await publish('long', {
      trigger: { type: 'call' },
      nodes: [{ key: 'nap', type: 'delay', config: { durationMs: 3_600_000 } }],
      options: { retention: { succeeded: { maxCount: 0 }, canceled: { maxCount: 0 } } },
    })
    const id = await run('long')
    await expect.poll(async () => (await get(id)).body.data.status).toBe('waiting')
    const old = await age(id, 24 * 400)
    await sweep()
    expect((await get(old)).body.data.status).toBe('waiting')
  })
})
