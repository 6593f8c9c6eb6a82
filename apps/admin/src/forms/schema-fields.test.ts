import { describe, expect, it } from 'vitest'
import { filterRows, rowsFilter } from './filter-rows.ts'
import { formFields, toFormSchema } from './form-schema.ts'
import { formItems, formParts, initialValue, matchesPath, parseForType, parseValue, widgetOf } from './schema-fields.ts'

describe('formParts', () => {
  it('folds away what is in a group, and leaves the rest in its order', () => {
    const text = { type: 'string' }
    const properties = {
      path: text,
      size: { ...text, group: 'Limits' },
      check: { ...text, group: 'Content' },
      reply: text,
      pace: { ...text, group: 'Limits' },
    }
    const { everyday, groups } = formParts(formItems({ type: 'object', properties }, {}))
    expect(everyday.map((item) => 'name' in item && item.name)).toEqual(['path', 'reply'])
    expect(groups.map(({ title, fields }) => [title, ...fields.map(({ name }) => name)])).toEqual([
      ['Limits', 'size', 'pace'],
      ['Content', 'check'],
    ])
  })
})

describe('formItems', () => {
  const schema = {
    type: 'object',
    required: ['collection'],
    properties: {
      collection: { type: 'string', title: 'Collection' },
      id: { title: 'Record id' },
      filter: { type: 'object' },
      mode: { default: 'local', enum: ['local', 'global'] },
      actions: { type: 'array', visibleWhen: { mode: 'global' } },
      reply: { type: 'object', visibleWhen: { sync: false } },
    },
  }
  const names = (value: Parameters<typeof formItems>[1], sync = false) =>
    formItems(schema, value, sync).map((item) =>
      'options' in item ? item.options.map(({ field }) => field.name) : item.name,
    )

  it('joins members that exclude each other and hides what does not apply', () => {
    expect(names({})).toEqual(['collection', ['id', 'filter'], 'mode', 'reply'])
    expect(names({ mode: 'global' }, true)).toEqual(['collection', ['id', 'filter'], 'mode', 'actions'])
  })

  it('offers those of a choice that the schema has', () => {
    const choice = (...members: string[]) =>
      formItems({ properties: Object.fromEntries(members.map((name) => [name, {}])) }, {}).map((item) =>
        'options' in item ? item.options.map(({ title }) => title) : item.name,
      )
    expect(choice('cron', 'everyMs', 'dateField', 'end')).toEqual([['Cron', 'Interval', 'Date of a record'], 'end'])
    expect(choice('cron', 'everyMs')).toEqual([['Cron', 'Interval']])
    expect(choice('cron', 'end')).toEqual(['cron', 'end'])
  })
})

describe('widgetOf', () => {
  it('takes the widget of the schema, else one by type', () => {
    expect(widgetOf({ widget: 'collection', type: 'string' })).toBe('collection')
    expect(widgetOf({ widget: 'select', type: 'array', items: { enum: ['a'] } })).toBe('multiSelect')
    expect(widgetOf({ type: 'array', items: { type: 'object', properties: {} } })).toBe('list')
    expect(widgetOf({ oneOf: [{ properties: { type: { const: 'none' } } }] })).toBe('variant')
    expect(widgetOf({ type: 'integer' })).toBe('number')
    expect(widgetOf({})).toBe('json')
  })
})

describe('values', () => {
  it('reads text as the value that it looks like', () => {
    expect(['500', '007', 'true', 'x', '', '1.5'].map(parseValue)).toEqual([500, '007', true, 'x', '', 1.5])
  })

  it('reads text by the type of a field', () => {
    expect(parseForType('500', 'string')).toBe('500')
    expect(parseForType('500', 'integer')).toBe(500)
    expect(parseForType('12.50', 'decimal')).toBe(12.5)
    expect(parseForType('{{$context.data.x}}', 'integer')).toBe('{{$context.data.x}}')
    expect(parseForType('true', 'boolean')).toBe(true)
  })

  it('matches config paths with wildcards', () => {
    expect(matchesPath('cases.0.expression', 'cases.*.expression')).toBe(true)
    expect(matchesPath('expression', 'cases.*.expression')).toBe(false)
  })

  it('starts objects with what is fixed', () => {
    expect(
      initialValue({ required: ['type'], properties: { type: { const: 'basic' }, user: { type: 'string' } } }),
    ).toEqual({
      type: 'basic',
    })
  })
})

describe('filter rows', () => {
  it('reads and writes the forms of a filter', () => {
    const rows = filterRows({ status: 'open', amount: { $gt: 5, $lt: 9 } })
    expect(rows).toEqual({
      mode: '$and',
      rows: [
        { field: 'status', operator: '$eq', value: 'open' },
        { field: 'amount', operator: '$gt', value: 5 },
        { field: 'amount', operator: '$lt', value: 9 },
      ],
    })
    expect(rowsFilter(rows!)).toEqual({
      $and: [{ status: { $eq: 'open' } }, { amount: { $gt: 5 } }, { amount: { $lt: 9 } }],
    })
    expect(filterRows({ $or: [{ a: { $empty: true } }] })).toMatchObject({ mode: '$or', rows: [{ field: 'a' }] })
    expect(rowsFilter({ mode: '$or', rows: [{ field: 'a', operator: '$eq', value: 1 }] })).toEqual({ a: { $eq: 1 } })
  })

  it('leaves what rows can not show to the JSON editor', () => {
    expect(filterRows({ $not: { a: 1 } })).toBeUndefined()
    expect(filterRows({ $or: [{ $and: [{ a: 1 }] }] })).toBeUndefined()
    expect(filterRows({})).toEqual({ mode: '$and', rows: [] })
  })
})

describe('form schema', () => {
  it('goes from JSON Schema to fields and back', () => {
    const schema = {
      type: 'object',
      required: ['note'],
      properties: {
        note: { type: 'string', title: 'Note', widget: 'textarea' },
        level: { type: 'string', enum: ['a', 'b'] },
      },
    }
    const fields = formFields(schema)!
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['note', 'textarea', true],
      ['level', 'choice', false],
    ])
    expect(toFormSchema(fields)).toEqual({ ...schema, 'x-order': ['note', 'level'] })
    const shuffled = {
      ...toFormSchema(fields),
      properties: { level: schema.properties.level, note: schema.properties.note },
    }
    expect(formFields(shuffled)!.map(({ name }) => name)).toEqual(['note', 'level'])
    expect(formFields({ type: 'object', properties: { deep: { type: 'object' } } })).toBeUndefined()
  })
})
