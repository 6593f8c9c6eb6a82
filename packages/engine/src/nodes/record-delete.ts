import { z } from 'zod'
import { collectionField, jsonValue } from './config-fields.ts'
import { defineNode, transactionOf } from './define-node.ts'
import { bulkOutput, oneTarget, targetMembers, targetOf, toBulkOutput } from './record-target.ts'

export const recordDeleteNode = defineNode({
  type: 'record.delete',
  title: 'Delete record',
  summary: 'Deletes one record by its id, or all that match a filter.',
  category: 'data',
  icon: 'trash',
  config: z.strictObject({ collection: collectionField(), ...targetMembers }).refine(...oneTarget),
  output: z.union([z.record(z.string(), jsonValue).meta({ record: true }), z.null(), bulkOutput]),
  traits: { effect: 'write' },
  strict: ['id', 'filter'],
  async run(config, context) {
    const tx = transactionOf(context)
    const deleted = await context.ports.records.delete(tx, config.collection, targetOf(config), context.actor)
    // A record that is gone already is what a delete wants: null, not a failure.
    return { kind: 'done', output: config.id === undefined ? toBulkOutput(deleted) : (deleted[0] ?? null) }
  },
})
