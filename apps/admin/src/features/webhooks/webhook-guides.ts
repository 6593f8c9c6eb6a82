import type { Json, JsonObject } from '../../api/types.ts'
import { isObject, strings } from '../../lib/json.ts'

/** How one kind of sender is set up. */
export interface Guide {
  name: string
  note: string
  code: string
}

/** Both URLs by the key, and the one of its own path. */
export function webhookUrls(origin: string, key: string, path: Json | undefined): string[] {
  return [
    `${origin}/api/webhooks/${key}`,
    ...(typeof path === 'string' && path !== '' ? [`${origin}/api/webhooks${path}`] : []),
    `${origin}/api/webhook:trigger/${key}`,
  ]
}

function credentials(auth: Json | undefined, url: string): { lines: string[]; url: string } {
  if (!isObject(auth)) return { lines: [], url }
  if (auth.type === 'basic') return { lines: [`  -u '${String(auth.username ?? 'user')}:<password>' \\`], url }
  if (auth.type === 'query') return { lines: [], url: `${url}?${String(auth.name ?? 'token')}=<token>` }
  if (auth.type === 'bearer' || auth.type === 'jwt')
    return {
      lines: [
        typeof auth.header === 'string'
          ? `  -H '${auth.header}: <token>' \\`
          : `  -H 'Authorization: Bearer <token>' \\`,
      ],
      url,
    }
  return { lines: [], url }
}

/** The guides for a webhook, the one that fits its signature first. */
export function guidesOf(url: string, config: JsonObject): Guide[] {
  const method = strings(config.methods)[0] ?? 'POST'
  const { lines, url: called } = credentials(config.auth, url)
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const curl: Guide = {
    name: 'curl',
    note: 'From a terminal:',
    code: [
      `curl -X ${method} '${called}' \\`,
      ...lines,
      ...(hasBody ? [`  -H 'Content-Type: application/json' \\`, `  -d '{"hello":"world"}'`] : ['  -i']),
    ].join('\n'),
  }
  const github: Guide = {
    name: 'GitHub',
    note: 'Repository → Settings → Webhooks → Add webhook. Use the same secret under Signature here.',
    code: [
      `Payload URL:   ${url}`,
      'Content type:  application/json',
      'Secret:        the one of the signature "GitHub"',
      'Events:        Just the push event',
    ].join('\n'),
  }
  const stripe: Guide = {
    name: 'Stripe',
    note: 'Developers → Webhooks → Add destination. Put the signing secret (whsec_…) under Signature here.',
    code: [
      `Endpoint URL:  ${url}`,
      'Events:        e.g. checkout.session.completed',
      'Try it:        stripe trigger checkout.session.completed',
    ].join('\n'),
  }
  const form: Guide = {
    name: 'Form',
    note: 'An HTML form posts its fields, which workflows read as $body.',
    code: [
      `<form method="post" action="${called}">`,
      '  <input name="email" type="email" required>',
      '  <textarea name="message"></textarea>',
      '  <button>Send</button>',
      '</form>',
    ].join('\n'),
  }
  const preset = isObject(config.signature) ? config.signature.preset : undefined
  const all = [curl, github, stripe, form]
  const first = all.find(({ name }) => name.toLowerCase() === preset)
  return first ? [first, ...all.filter((guide) => guide !== first)] : all
}
