import { describe, expect, it } from 'vitest'
import { cellText, changedValues, tableFields, toName, toValue, valueName } from './field-types.ts'

describe('field types', () => {
  it('says values for a table', () => {
    expect(cellText({ name: 'a', type: 'boolean' }, true)).toBe('Yes')
    expect(cellText({ name: 'a', type: 'multiEnum' }, ['x', 'y'])).toBe('x, y')
    expect(cellText({ name: 'a', type: 'string' }, null)).toBe('')
  })

  it('reads the text of a form by type', () => {
    expect(toValue({ name: 'a', type: 'integer' }, '5')).toBe(5)
    expect(toValue({ name: 'a', type: 'decimal' }, '12.50')).toBe('12.50')
    expect(toValue({ name: 'a', type: 'string' }, '')).toBeNull()
  })

  it('sends only what has changed', () => {
    expect(changedValues({ a: 1, b: 'x' }, { a: 1, b: 'y', c: null })).toEqual({ b: 'y' })
  })

  it('makes names of titles', () => {
    expect(toName('Date of payment')).toBe('dateOfPayment')
    expect(toName('2nd try!')).toBe('ndTry')
  })

  it('shows the chosen columns, without lists of links', () => {
    const collection = {
      name: 'c',
      title: null,
      fields: [
        { name: 'a', type: 'string' },
        { name: 'b', type: 'hasMany', target: 'x' },
        { name: 'c', type: 'belongsTo', target: 'x' },
      ],
    }
    expect(tableFields(collection, undefined).map(({ name }) => name)).toEqual(['a', 'c'])
    expect(tableFields(collection, ['c', 'gone']).map(({ name }) => name)).toEqual(['c'])
    expect(valueName({ name: 'c', type: 'belongsTo' })).toBe('cId')
  })
})
