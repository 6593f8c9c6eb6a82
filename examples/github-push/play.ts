import { strict as assert } from 'node:assert'
import type { Client, Execution } from '@ensue/sdk'
import type { startDeployService } from './deploy-service.ts'
import { deliver, pushTo } from './github.ts'
import { type Story, WORKFLOW } from './story.ts'

export interface Played {
  /** The runs of the ping, of the push to a branch and of the one to main. */
  ping: Execution
  branch: Execution
  main: Execution
}

/** Sets the webhook up at "GitHub", pushes to a branch and to main, delivers the latter again and forges one.
 *  @throws AssertionError when anything is not as expected */
export async function play(
  ensue: Client<Story>,
  url: string,
  secret: string,
  service: Awaited<ReturnType<typeof startDeployService>>,
): Promise<Played> {
  const webhook = `${url}/api/webhooks/${WORKFLOW}`
  const before = service.deploys.length
  const run = async (reply: Response): Promise<Execution> => {
    assert.equal(reply.status, 202, await reply.text())
    return ensue.executions.wait(reply.headers.get('ensue-execution-id') ?? '')
  }
  const ping = await run(await deliver(webhook, secret, 'ping', { zen: 'Design for failure.', hook_id: 1 }))
  const branch = await run(await deliver(webhook, secret, 'push', pushTo('feat/cart', ['Add a cart'])))
  assert.equal(service.deploys.length, before, 'nothing but main is deployed')

  const push = pushTo('main', ['Add a cart', 'Sell it', 'Fix the price'])
  const deliveryId = crypto.randomUUID()
  const main = await run(await deliver(webhook, secret, 'push', push, deliveryId))
  assert.equal(main.status, 'succeeded', JSON.stringify(main.error))

  const again = await deliver(webhook, secret, 'push', push, deliveryId)
  assert.deepEqual([again.status, again.headers.get('ensue-duplicate')], [202, 'true'])
  assert.equal(again.headers.get('ensue-execution-id'), main.id)
  const forged = await deliver(webhook, 'not the secret of it', 'push', push)
  assert.deepEqual([forged.status, forged.headers.get('ensue-execution-id')], [401, null])

  assert.deepEqual(service.deploys.slice(before), [
    { service: 'shop', commit: push.after, reason: 'push by ann', idempotencyKey: `${main.id}-deploy` },
  ])
  const { data: deployments } = await ensue.collection('deployments').list({ filter: { commit: push.after } })
  assert.equal(deployments.at(-1)?.deployId, `deploy-${service.deploys.length}`)
  const [told] = (await ensue.notifications.list()).data
  assert.equal(told?.text, 'acme/shop: 3 commits by ann are being deployed.')
  return { ping, branch, main }
}
