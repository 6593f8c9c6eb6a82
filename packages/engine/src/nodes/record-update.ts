import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { collectionField, jsonValue, valuesField } from './config-fields.ts'
import { defineNode, transactionOf } from './define-node.ts'
import { bulkOutput, oneTarget, targetMembers, targetOf, toBulkOutput } from './record-target.ts'

export const recordUpdateNode = defineNode({
  type: 'record.update',
  title: 'Update record',
  summary: 'Changes one record by its id, or all that match a filter.',
  category: 'data',
  icon: 'edit',
  config: z
    .strictObject({ collection: collectionField(), ...targetMembers, values: valuesField() })
    .refine(...oneTarget),
  output: z.union([z.record(z.string(), jsonValue).meta({ record: true }), bulkOutput]),
  traits: { effect: 'write' },
  strict: ['id', 'filter'],
  async run(config, context) {
    const tx = transactionOf(context)
    const { collection, values } = config
    const updated = await context.ports.records.update(tx, collection, targetOf(config), values, context.actor)
    if (config.id === undefined) return { kind: 'done', output: toBulkOutput(updated) }
    const record = updated[0]
    if (!record) throw new NodeError('record_not_found', `${collection} has no record ${config.id}.`, { path: 'id' })
    return { kind: 'done', output: record }
  },
})
