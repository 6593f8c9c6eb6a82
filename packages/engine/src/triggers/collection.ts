import { z } from 'zod'
import { matchesFilter } from '../match-filter.ts'
import { appendsField, changedFieldsField, collectionField, conditionField, toList } from '../nodes/config-fields.ts'
import { defineTrigger } from './define-trigger.ts'

/** What can happen to a record. */
export const RECORD_EVENTS = ['create', 'update', 'destroy'] as const

/** Facts of an occurrence: `event`; `changed`: field names; `data`: the record after the change, or as it was last. */
export const collectionTrigger = defineTrigger({
  type: 'collection',
  title: 'Collection event',
  summary: 'Starts when a record changes, whoever changed it: API, workflow, import or plain SQL.',
  icon: 'database',
  config: z.strictObject({
    collection: collectionField({ written: true }),
    on: z
      .preprocess(toList, z.array(z.enum(RECORD_EVENTS)).min(1))
      .default([...RECORD_EVENTS])
      .meta({ title: 'Events', widget: 'select' }),
    changed: changedFieldsField(),
    condition: conditionField(),
    appends: appendsField(),
    allowSelfTrigger: z.boolean().optional().meta({
      title: 'May start itself',
      description: 'Without it the workflow is skipped when it is already in the chain that led to the change.',
    }),
  }),
  sync: 'never',
  subjects: ({ collection }) => [collection],
  matches({ on, changed = [], condition }, { facts }) {
    if (!on.some((event) => event === facts.event)) return false
    if (changed.length > 0 && facts.event === 'update') {
      const touched = facts.changed
      if (!Array.isArray(touched) || !changed.some((field) => touched.includes(field))) return false
    }
    return condition === undefined || matchesFilter(facts.data ?? null, condition)
  },
  variables: {
    data: 'The record after the change, with the loaded associations; on destroy as it was last.',
    previous: 'The record before the change; empty on create.',
    changed: 'Names of the fields that an update changed.',
    event: 'create, update or destroy.',
    user: 'The user whose call made the change; empty when no call did.',
    role: 'The role the user acted in.',
  },
  variableTypes({ collection, appends = [] }) {
    return {
      data: { kind: 'record', collection, appends },
      previous: { kind: 'record', collection, appends: [] },
      changed: { kind: 'schema', schema: { type: 'array', items: { type: 'string' } } },
      event: { kind: 'schema', schema: { type: 'string', enum: [...RECORD_EVENTS] } },
      role: { kind: 'schema', schema: { type: 'string' } },
    }
  },
})
