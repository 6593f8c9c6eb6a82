import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countRecords, getRecord } from './records.ts'
import type { ResolvedCollection } from './resolved-collection.ts'
import { actor, createFixture, expectFailure, type Fixture } from './test-fixture.ts'
import { createRecord, createRecords, updateRecords } from './write-records.ts'

let fixture: Fixture
let everything: ResolvedCollection
beforeAll(async () => {
  fixture = await createFixture()
  everything = await fixture.create({
    name: 'everything',
    fields: [
      { name: 'string', type: 'string', max: 10, pattern: '^[^!]*$' },
      { name: 'text', type: 'text' },
      { name: 'integer', type: 'integer', min: -5 },
      { name: 'bigint', type: 'bigint' },
      { name: 'decimal', type: 'decimal', max: '99999999999999999999.5' },
      { name: 'float', type: 'float' },
      { name: 'boolean', type: 'boolean' },
      { name: 'date', type: 'date' },
      { name: 'datetime', type: 'datetime', min: '2000-01-01T00:00:00Z' },
      { name: 'time', type: 'time' },
      { name: 'json', type: 'json' },
      { name: 'uuid', type: 'uuid' },
      { name: 'enum', type: 'enum', values: ['a', 'b'] },
      { name: 'multiEnum', type: 'multiEnum', values: ['a', 'b', 'c'] },
      { name: 'email', type: 'email' },
      { name: 'url', type: 'url' },
      { name: 'secret', type: 'string', hidden: true },
      { name: 'needed', type: 'string', required: true },
      { name: 'under_score', type: 'integer' },
    ],
  })
})
afterAll(() => fixture.stop())

const uuid = '0192F5A0-0000-7000-8000-00000000ABCD'

/** Field, value as given, value as read. */
const roundTrips: [string, unknown, unknown?][] = [
  ['string', 'grüße 👋'],
  ['string', '👋'.repeat(10)],
  ['text', ''],
  ['text', `quote ' " \\ % \n $1`],
  ['integer', 2_147_483_647],
  ['integer', -5],
  ['bigint', 9_007_199_254_740_991],
  ['bigint', '9223372036854775807'],
  ['bigint', '0042', 42],
  ['decimal', 0.1],
  ['decimal', '10.50', 10.5],
  ['decimal', '0.10000000000000000001'],
  ['decimal', '12345678901234567890.5'],
  ['decimal', 1e-7, '0.0000001'],
  ['decimal', 0],
  ['decimal', '100', 100],
  ['float', 0.1],
  ['float', 1e300],
  ['float', 5e-324],
  ['boolean', false],
  ['date', '0001-01-01'],
  ['date', '9999-12-31'],
  ['date', '2024-02-29'],
  ['datetime', '2030-01-31T09:30:00Z', '2030-01-31T09:30:00.000Z'],
  ['datetime', '2030-01-31T09:30:00.123456+05:30', '2030-01-31T04:00:00.123Z'],
  ['datetime', '2000-01-01T00:00:00.000Z'],
  ['time', '09:30', '09:30:00'],
  ['time', '23:59:59.120', '23:59:59.12'],
  ['json', { b: [1, null, { a: 'x' }], a: false }],
  ['json', []],
  ['json', 'text'],
  ['uuid', uuid, uuid.toLowerCase()],
  ['enum', 'b'],
  ['multiEnum', ['c', 'a']],
  ['multiEnum', ['a', 'a'], ['a']],
  ['multiEnum', []],
  ['email', "o'neil+tag@sub.example.com"],
  ['url', 'https://example.com/?q=1#x'],
  ['url', 'mailto:a@example.com'],
  ['under_score', 1],
  ...['string', 'integer', 'decimal', 'json', 'multiEnum', 'datetime'].map((name): [string, unknown] => [name, null]),
]

test.each(roundTrips)('%s: %j is stored and read', async (name, value, read = value) => {
  const created = await createRecord(fixture.db, everything, { needed: 'x', [name]: value }, actor)
  expect(created[name]).toEqual(read)
  const found = await getRecord(fixture.db, everything, { id: created.id })
  expect(found).toEqual(created)
  const [updated] = await updateRecords(
    fixture.db,
    everything,
    { id: created.id },
    { [name]: read },
    { ...actor, previous: true },
  )
  expect(updated).toMatchObject({ changed: [], previous: created })
  const [listed] = await createRecords(fixture.db, everything, [{ needed: 'x', [name]: value }, { needed: 'y' }], actor)
  expect(listed![name]).toEqual(read)
})

test('the system fields are set, hidden ones are kept to the database', async () => {
  const record = await createRecord(fixture.db, everything, { needed: 'x', secret: 's' }, actor)
  expect(record.id).toBeTypeOf('number')
  expect(record.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(record).toMatchObject({
    createdBy: actor.actor.userId,
    updatedBy: actor.actor.userId,
    updatedAt: record.createdAt,
  })
  expect(record).not.toHaveProperty('secret')
})

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('refused, with nothing written', () => {
  test.each<[string, unknown]>([
    ['string', 5],
    ['string', 'a\u0000b'],
    ['string', 'half \ud83d'],
    ['string', 'eleven char'],
    ['string', 'no!'],
    ['integer', 1.5],
    ['integer', '1'],
    ['integer', Number.NaN],
    ['integer', 2_147_483_648],
    ['integer', -6],
    ['bigint', 9_007_199_254_740_992],
    ['bigint', '9223372036854775808'],
    ['bigint', '1e3'],
    ['decimal', Number.POSITIVE_INFINITY],
    ['decimal', 'NaN'],
    ['decimal', '1e5'],
    ['decimal', ''],
    ['decimal', '99999999999999999999.6'],
    ['float', '1'],
    ['float', Number.NEGATIVE_INFINITY],
    ['boolean', 'true'],
    ['boolean', 1],
    ['date', 'now'],
    ['date', 'infinity'],
    ['date', '2023-02-29'],
    ['date', '10000-01-01'],
    ['date', '0000-01-01'],
    ['date', '2030-01-31T00:00:00Z'],
    ['datetime', 'now'],
    ['datetime', '2030-01-31'],
    ['datetime', '2030-01-31T09:30:00'],
    ['datetime', '2030-02-30T09:30:00Z'],
    ['datetime', '2030-01-31T24:00:00Z'],
    ['datetime', '9999-12-31T23:59:59-01:00'],
    ['datetime', '1999-12-31T23:59:59Z'],
    ['datetime', 1_900_000_000_000],
    ['time', '24:00'],
    ['time', 'allballs'],
    ['json', nested(65)],
    ['json', { a: 'x\u0000' }],
    ['json', { a: Number.NaN }],
    ['uuid', 'x'],
    ['enum', 'c'],
    ['multiEnum', ['a', 'd']],
    ['multiEnum', 'a'],
    ['email', 'not an address'],
    ['email', `${'a@'.repeat(100)}b`],
    ['url', 'javascript:alert(1)'],
    ['url', 'example.com'],
    ['needed', null],
    ['nowhere', 1],
    ['__proto__x', 1],
    ['constructor', {}],
    ['id', 5],
    ['createdAt', '2030-01-01T00:00:00Z'],
    ['createdBy', uuid],
  ])('%s: %j', async (name, value) => {
    const before = await countRecords(fixture.db, everything)
    const values = { needed: 'x', [name]: value }
    await expectFailure(createRecord(fixture.db, everything, values, actor), 'invalid_input', `values.${name}`)
    await expectFailure(
      createRecords(fixture.db, everything, [{ needed: 'x' }, values], actor),
      'invalid_input',
      `values.1.${name}`,
    )
    expect(await countRecords(fixture.db, everything)).toBe(before)
  })

  test('a required field that is missing, values that are no object, a key that would be a prototype', async () => {
    await expectFailure(createRecord(fixture.db, everything, {}, actor), 'invalid_input', 'values.needed')
    await expectFailure(createRecord(fixture.db, everything, [], actor), 'invalid_input', 'values')
    await expectFailure(createRecord(fixture.db, everything, null, actor), 'invalid_input', 'values')
    const values: unknown = JSON.parse('{"needed": "x", "__proto__": {"needed": 1}}')
    await expectFailure(createRecord(fixture.db, everything, values, actor), 'invalid_input', 'values.__proto__')
  })
})
