import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { jsonSchemaField, jsonValue, textField, toList } from './config-fields.ts'
import { defineNode } from './define-node.ts'

const NAME = /^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u
const EXPIRED = 'expired'
const DEFAULT_DECISIONS = [
  { name: 'approve', label: 'Approve' },
  { name: 'reject', label: 'Reject' },
]

const people = z.preprocess(toList, z.array(z.union([z.string().min(1), z.number()])).max(500)).optional()

const decision = z.strictObject({
  name: z
    .string()
    .regex(NAME, 'A decision name starts with a letter and holds letters, digits, _ and -')
    .refine((name) => name !== EXPIRED, 'The name "expired" is kept for the due date.'),
  label: textField({ title: 'Label' }, z.string().min(1).max(100)).optional(),
})

const config = z.strictObject({
  title: textField({ title: 'Title', placeholder: 'Review {{$context.data.title}}' }, z.string().min(1).max(500)),
  description: textField({ title: 'Description' }, z.string().max(10_000)).optional(),
  assignees: z
    .strictObject({
      users: people.meta({ title: 'Users', widget: 'users' }),
      roles: people.meta({ title: 'Roles', widget: 'roles' }),
      expression: jsonValue.optional().meta({
        title: 'Expression',
        widget: 'expression',
        description: 'Gives user ids, e-mail addresses, or records of users.',
      }),
    })
    .refine(
      ({ users, roles, expression }) =>
        expression !== undefined || (users?.length ?? 0) > 0 || (roles?.length ?? 0) > 0,
      'Name at least one user, role or expression.',
    )
    .meta({ title: 'Assignees' }),
  mode: z
    .enum(['any'], {
      error: 'Only the mode "any" is supported in this version: the first decision completes the review.',
    })
    .default('any')
    .meta({ title: 'Who must decide', widget: 'select' }),
  form: jsonSchemaField('Form', 'What the reviewer fills in.'),
  decisions: z
    .array(decision)
    .min(1)
    .max(10)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'Two decisions have the same name.')
    .default(DEFAULT_DECISIONS)
    .meta({ title: 'Decisions', description: 'Each is a branch.' }),
  dueInMs: z.int().min(1_000).max(31_622_400_000).optional().meta({
    title: 'Due in',
    widget: 'duration',
    description: 'After that the branch "expired" is taken.',
  }),
})

/** A user as expressions give one: an id, an e-mail address, or a record with an id. */
function toUser(value: Json): string {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number') return String(value)
  if (isJsonObject(value) && value.id !== undefined) return toUser(value.id)
  throw new NodeError('review_bad_assignee', 'An assignee is a user id, an e-mail address or a record with an id.', {
    path: 'assignees.expression',
  })
}

function assigneesOf({ users = [], roles = [], expression }: z.infer<typeof config>['assignees']) {
  const computed =
    expression === undefined || expression === null ? [] : Array.isArray(expression) ? expression : [expression]
  const all = { users: [...new Set([...users, ...computed].map(toUser))], roles: [...new Set(roles.map(String))] }
  // A task that nobody can see would wait for ever.
  if (all.users.length + all.roles.length === 0)
    throw new NodeError('review_no_assignee', 'The review has no assignee.', { path: 'assignees' })
  return all
}

export const reviewNode = defineNode({
  type: 'review',
  title: 'Manual review',
  summary: 'Asks people to decide; goes on with the branch of their decision.',
  category: 'people',
  icon: 'user-check',
  config,
  output: z.object({
    decision: z.string(),
    values: z.record(z.string(), jsonValue),
    comment: z.string().nullable(),
    by: z.string().nullable().meta({ description: 'The id of the user who decided.' }),
  }),
  traits: { effect: 'pure', waits: true },
  strict: ['assignees'],
  // The form is a JSON Schema of its own.
  raw: ['form'],
  expressions: ['assignees.expression'],
  namedBranches: true,
  branches({ decisions = DEFAULT_DECISIONS, dueInMs }) {
    const named = (Array.isArray(decisions) ? decisions : []).flatMap((item) =>
      isJsonObject(item) && typeof item.name === 'string'
        ? [{ name: item.name, title: typeof item.label === 'string' ? item.label : item.name }]
        : [],
    )
    return dueInMs === undefined ? named : [...named, { name: EXPIRED, title: 'Expired' }]
  },
  run: ({ title, description, assignees, form, decisions, dueInMs }, { nodeKey }) => ({
    kind: 'wait',
    for: {
      kind: 'task',
      task: {
        node: nodeKey,
        title,
        ...(description === undefined ? {} : { description }),
        ...assigneesOf(assignees),
        ...(form === undefined ? {} : { form }),
        decisions: decisions.map(({ name, label }) => ({ name, label: label ?? name })),
        ...(dueInMs === undefined ? {} : { dueInMs }),
      },
    },
  }),
  resume({ decisions }, { kind, value }) {
    if (kind === 'expired')
      return { kind: 'done', branch: EXPIRED, output: { decision: EXPIRED, values: {}, comment: null, by: null } }
    const decided = isJsonObject(value) ? value : {}
    const chosen = decisions.find(({ name }) => name === decided.decision)
    if (!chosen)
      throw new NodeError('review_bad_decision', 'The task was closed with a decision that the review does not have.')
    return {
      kind: 'done',
      branch: chosen.name,
      output: {
        decision: chosen.name,
        values: decided.values ?? {},
        comment: decided.comment ?? null,
        by: decided.by ?? null,
      },
    }
  },
})
