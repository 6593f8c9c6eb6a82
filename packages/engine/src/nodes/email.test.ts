import { describe, expect, test } from 'vitest'
import { NodeError } from '../core/errors.ts'
import { createMemoryPorts, type MemoryPortsOptions, runNode } from '../testing/index.ts'
import { emailNode } from './email.ts'
import { validateConfig } from './validate-config.ts'

const MAIL = {
  name: 'MAIL',
  kind: 'smtp' as const,
  value: { host: 'mail.example.com', from: 'Shop <shop@example.com>', password: 'secret-1' },
}
const base = { credential: 'MAIL', to: 'ada@example.com', subject: 'Hello', text: 'Hi.' }

async function send(config: object, options: MemoryPortsOptions = {}) {
  const ports = createMemoryPorts({ secrets: [MAIL], ...options })
  const outcome = await runNode(emailNode, { ...base, ...config }, ports)
  return { outcome, mail: ports.mails[0]! }
}

test('sends a message with an id that every attempt repeats', async () => {
  const { outcome, mail } = await send({ html: '<p>Hi.</p>' })
  expect(mail).toEqual({
    messageId: '<e1-node@example.com>',
    from: { name: 'Shop', address: 'shop@example.com' },
    to: [{ address: 'ada@example.com' }],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Hello',
    text: 'Hi.',
    html: '<p>Hi.</p>',
    attachments: [],
  })
  expect(outcome).toEqual({
    kind: 'done',
    output: { messageId: '<e1-node@example.com>', accepted: ['ada@example.com'], rejected: [] },
  })
})

test('takes letters of a path that a header may not hold out of the id', async () => {
  const ports = createMemoryPorts({ secrets: [MAIL] })
  await runNode(emailNode, base, ports, { idempotencyKey: 'e1-für[3].a>\r\nb' })
  expect(ports.mails[0]!.messageId).toBe('<e1-f=fcr=5b3=5d.a=3e=d=ab@example.com>')
})

test('tells which addresses the mail server refused', async () => {
  const { outcome } = await send({ cc: 'bob@example.com' }, { mail: () => ['bob@example.com'] })
  expect(outcome).toMatchObject({ output: { accepted: ['ada@example.com'], rejected: ['bob@example.com'] } })
})

describe('addresses', () => {
  test.each<[unknown, object[]]>([
    ['a@example.com, b@example.com', [{ address: 'a@example.com' }, { address: 'b@example.com' }]],
    [
      '"Doe, Jane" <jane@example.com>;b@example.com',
      [{ name: 'Doe, Jane', address: 'jane@example.com' }, { address: 'b@example.com' }],
    ],
    [
      ['a@example.com', 'Zoë <zoe@exämple.com>'],
      [{ address: 'a@example.com' }, { name: 'Zoë', address: 'zoe@exämple.com' }],
    ],
    [[{ id: 1, email: 'a@example.com' }], [{ address: 'a@example.com' }]],
    [{ email: 'a@example.com' }, [{ address: 'a@example.com' }]],
    ['<a@example.com>', [{ address: 'a@example.com' }]],
  ])('are read from %j', async (to, addresses) => {
    expect((await send({ to })).mail.to).toEqual(addresses)
  })

  test.each([
    'nobody',
    'a@b@c',
    'a b@example.com',
    'a@example.com\r\nBcc: x@example.com',
    'Ada\nX: y <a@example.com>',
    'a@example.com\u0000',
    '<a@example.com',
    [1],
    [{ name: 'x' }],
  ])('%j is none', (to) => {
    expect(emailNode.config.safeParse({ ...base, to }).success).toBe(false)
  })

  test('are at most 100 together', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `u${n}@example.com`)
    expect((await send({ to: many(50), bcc: many(50) })).mail.bcc).toHaveLength(50)
    await expect(send({ to: many(50), cc: many(51) })).rejects.toMatchObject({ code: 'email_too_many_recipients' })
    expect(emailNode.config.safeParse({ ...base, to: many(101) }).success).toBe(false)
  })

  test('may be missing in parts, but not altogether', async () => {
    expect((await send({ to: null, bcc: 'b@example.com' })).mail.to).toEqual([])
    await expect(send({ to: [] })).rejects.toMatchObject({ code: 'email_no_recipient' })
  })
})

test('a sender is needed, of the node or of the credential', async () => {
  expect((await send({ from: 'me@example.org' })).mail.from).toEqual({ address: 'me@example.org' })
  const nameless = { ...MAIL, value: { host: 'mail.example.com' } }
  await expect(send({}, { secrets: [nameless] })).rejects.toMatchObject({ code: 'email_no_sender' })
  await expect(send({}, { secrets: [] })).rejects.toMatchObject({ code: 'unknown_credential' })
})

test('a subject is one line', async () => {
  expect((await send({ subject: ' a\r\nBcc: x@example.com\u2028b\t' })).mail.subject).toBe('a Bcc: x@example.com b')
})

test('attachments are text or base64, with a size', async () => {
  const { mail } = await send({
    attachments: [
      { name: 'a.txt', text: 'hi' },
      { name: 'b.pdf', type: 'application/pdf', base64: 'AAEC' },
    ],
  })
  expect(mail.attachments).toEqual([
    { name: 'a.txt', content: { text: 'hi' } },
    { name: 'b.pdf', type: 'application/pdf', content: { base64: 'AAEC' } },
  ])
  const big = { name: 'a', text: 'x'.repeat(10_485_761) }
  await expect(send({ attachments: [big] })).rejects.toMatchObject({ code: 'email_too_large' })
})

test.each([
  [{ text: undefined }, 'text'],
  [{ credential: undefined }, 'credential'],
  [{ credential: '{{$env.X}}' }, 'credential'],
  [{ to: 'nobody' }, 'to.0'],
  [{ from: 'nobody' }, 'from'],
  [{ attachments: [{ name: 'a\r\nb', text: '' }] }, 'attachments.0.name'],
  [{ attachments: [{ name: '../a', text: '' }] }, 'attachments.0.name'],
  [{ attachments: [{ name: 'a', type: 'x\r\ny', text: '' }] }, 'attachments.0.type'],
  [{ attachments: [{ name: 'a' }] }, 'attachments.0'],
  [{ attachments: [{ name: 'a', base64: '***' }] }, 'attachments.0.base64'],
])('refuses the config with %j', (config, path) => {
  expect(validateConfig(emailNode, JSON.parse(JSON.stringify({ ...base, ...config })))).toMatchObject([{ path }])
})

test('expressions may stand for addresses, texts and attachments', () => {
  const config = {
    ...base,
    to: '{{$context.data.owner}}, b@example.com',
    from: '{{$env.SENDER}}',
    cc: ['{{$nodes.a.emails}}'],
    attachments: [{ name: 'a.pdf', base64: '{{$nodes.b.body}}' }],
  }
  expect(validateConfig(emailNode, config)).toEqual([])
  expect(validateConfig(emailNode, { ...config, attachments: '{{$nodes.b.files}}' })).toEqual([])
})

test('fails as uncertain after a crash unless it is told to send again', () => {
  expect(emailNode.traits.afterCrash!({})).toBe('fail')
  expect(emailNode.traits.afterCrash!({ afterCrash: 'retry' })).toBe('retry')
})

test('what the mail server says fails the node', async () => {
  const refuse = () => {
    throw new NodeError('email_rejected', 'The mail server answered 451 later', { retryable: true })
  }
  await expect(send({}, { mail: refuse })).rejects.toMatchObject({ code: 'email_rejected', retryable: true })
})
