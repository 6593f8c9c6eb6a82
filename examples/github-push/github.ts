import { createHmac } from 'node:crypto'

/** The body of a push as GitHub sends it, without what the story does not read. */
export function pushTo(branch: string, messages: readonly string[]) {
  const commits = messages.map((message, index) => ({
    id: createHmac('sha1', branch).update(`${index} ${message}`).digest('hex'),
    message,
    author: { name: 'Ann', email: 'ann@example.com' },
  }))
  return {
    ref: `refs/heads/${branch}`,
    before: '0'.repeat(40),
    after: commits.at(-1)?.id ?? '0'.repeat(40),
    repository: { id: 7, name: 'shop', full_name: 'acme/shop' },
    pusher: { name: 'ann', email: 'ann@example.com' },
    commits,
    head_commit: commits.at(-1) ?? null,
  }
}

/** Delivers an event the way GitHub does: signed over the very bytes that are sent, under an id of its own. */
export function deliver(
  url: string,
  secret: string,
  event: string,
  payload: object,
  deliveryId: string = crypto.randomUUID(),
): Promise<Response> {
  const body = JSON.stringify(payload)
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'GitHub-Hookshot/044aadd',
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': deliveryId,
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  })
}
