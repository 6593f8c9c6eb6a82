import { strict as assert } from 'node:assert'
import type { Client, Execution } from '@ensue/sdk'
import type { startMailServer } from './mail-server.ts'
import { type Story, THANKS_PAGE, WORKFLOW } from './story.ts'

export interface Played {
  /** The runs of the two forms that were complete. */
  first: Execution
  second: Execution
}

/** Sends an incomplete form and two complete ones of the same person, as a browser does.
 *  @throws AssertionError when anything is not as expected */
export async function play(
  ensue: Client<Story>,
  url: string,
  mailServer: Awaited<ReturnType<typeof startMailServer>>,
): Promise<Played> {
  const address = `grace.${crypto.randomUUID().slice(0, 8)}@example.com`
  const incomplete = await submit(url, { name: 'Grace', email: address, topic: 'sales' })
  assert.equal(incomplete.status, 422)
  assert.match(await incomplete.text(), /message/)

  const written = {
    name: 'Grace',
    email: address.toUpperCase(),
    topic: 'sales',
    message: 'Do you deliver to Münster & Åre?',
  }
  const first = await finished(ensue, await submit(url, written))
  const [customer, ...others] = (await ensue.collection('customers').list({ filter: { email: address } })).data
  assert.deepEqual([customer?.name, customer?.company, others.length], ['Grace', null, 0])
  const { ownerId } = customer!
  assert.ok(ownerId, 'a new customer has an owner')

  const later = { ...written, name: 'Grace H.', email: address, company: 'Navy', topic: 'support', message: 'It hums.' }
  const second = await finished(ensue, await submit(url, later))
  const known = await ensue.collection('customers').list({ filter: { email: address } })
  assert.deepEqual(
    known.data.map(({ name, company, ownerId: owner }) => [name, company, owner]),
    [['Grace H.', 'Navy', ownerId]],
  )
  const messages = await ensue.collection('feedback').list({ filter: { customerId: customer!.id }, sort: ['id'] })
  assert.deepEqual(
    messages.data.map(({ topic }) => topic),
    ['sales', 'support'],
  )
  const mails = mailServer.mails.filter(({ to }) => to.includes(address))
  assert.deepEqual(
    mails.map(({ source }) => /^Subject: (.*)$/m.exec(source)?.[1]?.trim()),
    ['We have your message, Grace', 'We have your message, Grace H.'],
  )
  const [told] = (await ensue.notifications.list()).data
  assert.equal(told?.text, `Grace H. (${address}) wrote: It hums.`)
  return { first, second }
}

/** As the browser sends a form: urlencoded, and not followed to the page that it is sent on to. */
function submit(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${url}/api/webhooks/${WORKFLOW}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
}

async function finished(ensue: Client<Story>, reply: Response): Promise<Execution> {
  assert.deepEqual([reply.status, reply.headers.get('location')], [303, THANKS_PAGE])
  const execution = await ensue.executions.wait(reply.headers.get('ensue-execution-id') ?? '')
  assert.equal(execution.status, 'succeeded', JSON.stringify(execution.error))
  return execution
}
