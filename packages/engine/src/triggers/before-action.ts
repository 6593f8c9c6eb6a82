import { z } from 'zod'
import { collectionField, toList } from '../nodes/config-fields.ts'
import { defineTrigger } from './define-trigger.ts'

/** The actions that can be intercepted: those that write records of the collection. */
export const INTERCEPTED_ACTIONS = ['create', 'update', 'upsert', 'firstOrCreate', 'destroy'] as const

/** Facts of an occurrence: `action`; `named`: the call named this workflow. */
export const beforeActionTrigger = defineTrigger({
  type: 'beforeAction',
  title: 'Before an action',
  summary: 'Runs before a record is written: may change the values, or refuse the action.',
  icon: 'shield-check',
  config: z.strictObject({
    collection: collectionField({ written: true }),
    mode: z.enum(['local', 'global']).default('global').meta({
      title: 'Mode',
      widget: 'select',
      description: 'Local: only when the call or its button names this workflow. Global: on every call of the actions.',
    }),
    actions: z
      .preprocess(toList, z.array(z.enum(INTERCEPTED_ACTIONS)).min(1))
      .default(['create', 'update'])
      .meta({ title: 'Actions', widget: 'select', visibleWhen: { mode: 'global' } }),
  }),
  sync: 'always',
  transactional: () => true,
  intercepts: true,
  subjects: ({ collection }) => [collection],
  matches({ mode, actions }, { facts }) {
    return mode === 'local' ? facts.named === true : actions.some((action) => action === facts.action)
  },
  variables: {
    params: 'The values as sent (`params.values`), and which records: `params.id`, `ids` or `filter`.',
    action: 'Name of the action.',
    user: 'The user who acts.',
    role: 'The role the user acts in.',
    request: 'Id, IP address and user agent of the request.',
    requestId: 'Id of the request.',
  },
  variableTypes() {
    return {
      action: { kind: 'schema', schema: { type: 'string', enum: [...INTERCEPTED_ACTIONS] } },
      role: { kind: 'schema', schema: { type: 'string' } },
      requestId: { kind: 'schema', schema: { type: 'string' } },
    }
  },
})
