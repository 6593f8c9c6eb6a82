import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { appendsField, collectionField, fieldsField, filterField, jsonValue, sortField } from './config-fields.ts'
import { defineNode } from './define-node.ts'

const record = z.record(z.string(), jsonValue).meta({ record: true })

export const recordQueryNode = defineNode({
  type: 'record.query',
  title: 'Query records',
  summary: 'Reads one record or a list from a collection.',
  category: 'data',
  icon: 'database-search',
  config: z.strictObject({
    collection: collectionField(),
    filter: filterField(),
    sort: sortField(),
    fields: fieldsField(),
    appends: appendsField(),
    many: z.boolean().default(false).meta({ title: 'Many', description: 'A list instead of the first match.' }),
    limit: z.int().min(1).max(1_000).default(100).meta({ title: 'Limit', description: 'Records of a list.' }),
    page: z.int().min(1).default(1).meta({ title: 'Page', description: 'Which page of `limit` records.' }),
    failIfEmpty: z.boolean().default(false).meta({ title: 'Fail if nothing matches' }),
  }),
  output: z.union([record, z.array(record), z.null()]),
  traits: { effect: 'read' },
  strict: ['filter', 'limit', 'page'],
  async run({ collection, many, limit, page, failIfEmpty, ...query }, { ports, actor }) {
    const { rows } = await ports.records.query(
      collection,
      {
        ...(query.filter && { filter: query.filter }),
        ...(query.sort && { sort: query.sort }),
        ...(query.fields?.length && { fields: query.fields }),
        ...(query.appends && { appends: query.appends }),
        page: many ? page : 1,
        pageSize: many ? limit : 1,
      },
      actor,
    )
    if (failIfEmpty && rows.length === 0) throw new NodeError('record_not_found', `No record of ${collection} matches.`)
    return { kind: 'done', output: many ? rows : (rows[0] ?? null) }
  },
})
