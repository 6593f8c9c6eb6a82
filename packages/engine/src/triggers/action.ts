import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { matchesFilter } from '../match-filter.ts'
import { appendsField, changedFieldsField, collectionField, conditionField, toList } from '../nodes/config-fields.ts'
import { defineTrigger } from './define-trigger.ts'

/** The actions of a collection that can start workflows; `trigger` changes no data. */
export const TRIGGER_ACTIONS = [
  'create',
  'update',
  'destroy',
  'upsert',
  'firstOrCreate',
  'add',
  'set',
  'remove',
  'list',
  'get',
  'trigger',
] as const

function names(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Facts of an occurrence: `action`; `named`: the call named this workflow; `changed`: field names; `data`: the record after the
 *  action. A global workflow fires on its actions, a local one only when named. */
export const actionTrigger = defineTrigger({
  type: 'action',
  title: 'Post-action event',
  summary: 'Starts after an action on a collection: a button, an API call or the SDK.',
  icon: 'click',
  config: z.strictObject({
    collection: collectionField(),
    mode: z.enum(['local', 'global']).default('local').meta({
      title: 'Mode',
      widget: 'select',
      description: 'Local: only when the call or its button names this workflow. Global: on every call of the actions.',
    }),
    actions: z
      .preprocess(toList, z.array(z.enum(TRIGGER_ACTIONS)).min(1))
      .default(['create', 'update'])
      .meta({ title: 'Actions', widget: 'select', visibleWhen: { mode: 'global' } }),
    condition: conditionField(),
    changed: changedFieldsField(),
    appends: appendsField(),
    batch: z.enum(['each', 'list']).default('each').meta({
      title: 'Several records',
      widget: 'select',
      description: 'One run for each record, or one run with the list.',
    }),
    transactional: z.boolean().optional().meta({
      title: 'In the transaction of the action',
      description: 'Sync only, without nodes that wait or leave the database: a failed run undoes the action.',
    }),
  }),
  sync: 'optional',
  transactional: ({ transactional }) => transactional === true,
  subjects: ({ collection }) => [collection],
  matches({ mode, actions, changed = [], condition }, { facts }) {
    if (mode === 'local' ? facts.named !== true : !actions.some((action) => action === facts.action)) return false
    if (changed.length > 0 && facts.action === 'update') {
      const touched = new Set(names(facts.changed))
      if (!changed.some((field) => touched.has(field))) return false
    }
    return condition === undefined || matchesFilter(facts.data ?? null, condition)
  },
  variables: {
    data: 'The record after the action, with the loaded associations.',
    previous: 'The record before the action, on update and destroy.',
    changed: 'Names of the fields that changed.',
    action: 'Name of the action.',
    params: 'Filter and values as sent.',
    user: 'The user who acted.',
    role: 'The role the user acted in.',
    request: 'Id, IP address and user agent of the request.',
    requestId: 'Id of the request.',
  },
  variableTypes({ collection, appends = [], batch }) {
    return {
      data: { kind: batch === 'list' ? 'records' : 'record', collection, appends },
      previous: { kind: 'record', collection, appends: [] },
      changed: { kind: 'schema', schema: { type: 'array', items: { type: 'string' } } },
      action: { kind: 'schema', schema: { type: 'string', enum: [...TRIGGER_ACTIONS] } },
      role: { kind: 'schema', schema: { type: 'string' } },
      requestId: { kind: 'schema', schema: { type: 'string' } },
    }
  },
})
