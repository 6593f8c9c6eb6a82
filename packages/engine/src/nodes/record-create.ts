import { z } from 'zod'
import { collectionField, jsonValue, memberCheck, valuesField } from './config-fields.ts'
import { defineNode, transactionOf } from './define-node.ts'

const recordValues = z.record(z.string(), jsonValue)

export const recordCreateNode = defineNode({
  type: 'record.create',
  title: 'Create record',
  summary: 'Creates one record or many in a collection.',
  category: 'data',
  icon: 'row-insert-bottom',
  config: z
    .strictObject({
      collection: collectionField(),
      values: valuesField(recordValues).optional(),
      records: z
        .array(recordValues)
        .max(10_000)
        .optional()
        .meta({ title: 'Records', widget: 'json', records: true, description: 'A list of values: one record each.' }),
    })
    .refine(
      ...memberCheck((has) => has('values') !== has('records'), 'Give either values or a list of records.', ['values']),
    ),
  output: jsonValue.meta({ title: 'Record', record: true }),
  traits: { effect: 'write' },
  strict: ['records'],
  async run({ collection, values, records }, context) {
    const tx = transactionOf(context)
    // The check above holds one of the two.
    const input = records ?? values ?? {}
    if (Array.isArray(input) && input.length === 0) return { kind: 'done', output: [] }
    return { kind: 'done', output: await context.ports.records.create(tx, collection, input, context.actor) }
  },
})
