import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import type { MailAddress } from '../ports.ts'
import { credentialField, memberCheck, templateText, textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'
import { addressesField, addressSchema } from './email-address.ts'

const MAX_RECIPIENTS = 100
const MAX_ATTACHMENTS = 20
const MAX_ATTACHMENTS_BYTES = 10_485_760
const MAX_BODY_LENGTH = 1_048_576
// RFC 5322 §2.1.1
const MAX_SUBJECT_LENGTH = 998

const base64 = z.base64('Base64 is expected.')

const attachment = z
  .strictObject({
    // No path: some mail programs would save it there.
    name: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^/\\\p{Cc}]+$/u, 'A file name holds no slash and no line break.')
      .meta({ title: 'File name' }),
    type: z
      .string()
      .max(127)
      .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/, 'A type looks like application/pdf.')
      .optional()
      .meta({ title: 'Type' }),
    text: z.preprocess(templateText, z.string()).optional().meta({ title: 'Text' }),
    base64: base64.optional().meta({ title: 'Base64' }),
  })
  .refine(({ text, base64: bytes }) => (text === undefined) !== (bytes === undefined), 'Give either text or base64.')

const config = z
  .strictObject({
    credential: credentialField('smtp'),
    from: z
      .preprocess((value) => value || undefined, addressSchema.optional())
      .meta({
        title: 'From',
        widget: 'template',
        description: 'Without it, the sender of the credential.',
      }),
    to: addressesField('To', MAX_RECIPIENTS),
    cc: addressesField('Cc', MAX_RECIPIENTS),
    bcc: addressesField('Bcc', MAX_RECIPIENTS),
    replyTo: addressesField('Reply to', 10),
    subject: textField({ title: 'Subject' }, z.string().max(MAX_SUBJECT_LENGTH)),
    text: textField({ title: 'Text' }, z.string().max(MAX_BODY_LENGTH)).optional(),
    html: textField({ title: 'HTML' }, z.string().max(MAX_BODY_LENGTH)).optional(),
    attachments: z
      .preprocess((value) => value ?? undefined, z.array(attachment).max(MAX_ATTACHMENTS).optional())
      .meta({
        title: 'Attachments',
        widget: 'json',
        description: 'A list of { name, type, base64 } or { name, text }.',
      }),
    afterCrash: z.enum(['fail', 'retry']).optional().meta({
      title: 'After a crash in the middle',
      widget: 'select',
      description: 'Fail as uncertain (default), or send again with the same Message-ID.',
    }),
  })
  .refine(...memberCheck((has) => has('text') || has('html'), 'Give a text, HTML, or both.', ['text']))

const size = ({ text, base64: bytes }: z.infer<typeof attachment>) => text?.length ?? ((bytes?.length ?? 0) * 3) / 4

/** The same in every attempt, so that a mail server or reader can tell a repetition. */
function messageId(key: string, { address }: MailAddress): string {
  const safe = key.replace(/[^\w.-]/g, (letter) => `=${letter.codePointAt(0)!.toString(16)}`)
  return `<${safe}@${address.slice(address.lastIndexOf('@') + 1)}>`
}

export const emailNode = defineNode({
  type: 'email',
  title: 'E-mail',
  summary: 'Sends a message through a mail server.',
  category: 'out',
  icon: 'mail',
  config,
  output: z.object({
    messageId: z.string(),
    accepted: z.array(z.string()).meta({ description: 'The addresses that the mail server took.' }),
    rejected: z.array(z.string()).meta({ description: 'Those that it refused.' }),
  }),
  traits: { effect: 'external', afterCrash: ({ afterCrash }) => (afterCrash === 'retry' ? 'retry' : 'fail') },
  strict: ['to', 'cc', 'bcc', 'from', 'replyTo'],
  async run(
    { credential, from, to = [], cc = [], bcc = [], replyTo = [], subject, text, html, attachments = [] },
    { ports, idempotencyKey, signal },
  ) {
    const server = ports.secrets().credential(credential, 'smtp')
    const recipients = to.length + cc.length + bcc.length
    if (recipients === 0) throw new NodeError('email_no_recipient', 'The message has no recipient.', { path: 'to' })
    if (recipients > MAX_RECIPIENTS)
      throw new NodeError('email_too_many_recipients', `A message has at most ${MAX_RECIPIENTS} recipients.`, {
        path: 'to',
      })
    if (attachments.reduce((sum, one) => sum + size(one), 0) > MAX_ATTACHMENTS_BYTES)
      throw new NodeError('email_too_large', `Attachments have at most ${MAX_ATTACHMENTS_BYTES} bytes together.`, {
        path: 'attachments',
      })
    const sender = from ?? (server.from === undefined ? undefined : addressSchema.safeParse(server.from).data)
    if (!sender)
      throw new NodeError('email_no_sender', 'Neither the node nor its credential names a sender.', { path: 'from' })
    const id = messageId(idempotencyKey, sender)
    const receipt = await ports.mailer.send(
      server,
      {
        messageId: id,
        from: sender,
        to,
        cc,
        bcc,
        replyTo,
        // A line break would end the header; from a text of a record it may well come.
        subject: subject.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(),
        ...(text === undefined ? {} : { text }),
        ...(html === undefined ? {} : { html }),
        attachments: attachments.map(({ name, type, text: content, base64: bytes }) => ({
          name,
          ...(type === undefined ? {} : { type }),
          content: bytes === undefined ? { text: content ?? '' } : { base64: bytes },
        })),
      },
      signal,
    )
    return { kind: 'done', output: { messageId: id, ...receipt } }
  },
})
