import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { jsonValue, memberCheck, textField, toList } from './config-fields.ts'
import { defineNode, transactionOf } from './define-node.ts'

const MAX_NAMES = 500

/** A page of the product, or an address of the web; nothing that a browser would run. */
const LINK = /^(\/(?![/\\])|https?:\/\/)[^\s\p{Cc}]*$/u

const names = (meta: { title: string; widget: string; description?: string }) =>
  z.preprocess(toList, z.array(jsonValue).max(MAX_NAMES)).optional().meta(meta)

/** A user as expressions give one: an id, an e-mail address, or a record with an id. */
function toUser(value: Json): string {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number') return String(value)
  if (isJsonObject(value) && value.id !== undefined) return toUser(value.id)
  throw new NodeError('notify_bad_user', 'A user is an id, an e-mail address or a record with an id.', {
    path: 'users',
  })
}

export const notifyNode = defineNode({
  type: 'notify',
  title: 'Notification',
  summary: 'Tells users something inside the product.',
  category: 'out',
  icon: 'bell',
  config: z
    .strictObject({
      users: names({ title: 'Users', widget: 'users', description: 'Ids, e-mail addresses, or records of users.' }),
      roles: names({ title: 'Roles', widget: 'roles', description: 'Everybody who has one of them.' }),
      title: textField({ title: 'Title' }, z.string().max(200)).optional(),
      text: textField({ title: 'Text' }, z.string().min(1).max(2_000)),
      link: textField(
        { title: 'Link', placeholder: '/executions/{{$system.executionId}}' },
        z.string().max(2_048).regex(LINK, 'A link starts with / or with https://.'),
      ).optional(),
    })
    .refine(...memberCheck((has) => has('users') || has('roles'), 'Name at least one user or role.', ['users'])),
  output: z.object({ notified: z.int().meta({ description: 'How many users were told.' }) }),
  traits: { effect: 'write' },
  strict: ['users', 'roles'],
  async run({ users = [], roles = [], title, text, link }, context) {
    const notified = await context.ports.notifications.send(transactionOf(context), {
      users: [...new Set(users.map(toUser))],
      roles: [...new Set(roles.map(String))],
      ...(title ? { title } : {}),
      text,
      ...(link ? { link } : {}),
      executionId: context.executionId,
    })
    if (notified === 0) context.log('Nobody was told: no user that may sign in has these ids, addresses or roles.')
    return { kind: 'done', output: { notified } }
  },
})
