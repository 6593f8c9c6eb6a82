import { AppError } from '@ensue/engine/core'
import { quoteName, quoteTable } from './identifiers.ts'
import type { ColumnShape, ConstraintShape, TableShape } from './table-shape.ts'

type Shapes = ReadonlyMap<string, TableShape>

/** Something that loses data; `column` is absent when the whole table goes. */
export interface Loss {
  table: string
  column?: string
  reason: string
}
export interface Diff {
  statements: string[]
  losses: Loss[]
}

// What PostgreSQL can convert, by the type before. `keeps` loses nothing; `casts` rounds, or fails when a value does not fit.
const CONVERSIONS: Record<string, { keeps: string[]; casts: string[] }> = {
  text: {
    keeps: [],
    casts: ['integer', 'bigint', 'numeric', 'double precision', 'boolean', 'date', 'timestamptz(3)', 'time(3)', 'uuid'],
  },
  integer: { keeps: ['bigint', 'numeric', 'double precision', 'text'], casts: ['boolean'] },
  bigint: { keeps: ['numeric', 'text'], casts: ['integer', 'double precision'] },
  numeric: { keeps: ['text'], casts: ['integer', 'bigint', 'double precision'] },
  'double precision': { keeps: ['text'], casts: ['integer', 'bigint', 'numeric'] },
  boolean: { keeps: ['text', 'integer'], casts: [] },
  date: { keeps: ['timestamptz(3)', 'text'], casts: [] },
  'timestamptz(3)': { keeps: ['text'], casts: ['date', 'time(3)'] },
  'time(3)': { keeps: ['text'], casts: [] },
  uuid: { keeps: ['text'], casts: [] },
  jsonb: { keeps: ['text'], casts: [] },
}

/** The DDL that makes `before` into `after`: what goes first, then tables, columns and last what holds between them. */
export function diffShapes(before: Shapes, after: Shapes): Diff {
  const losses: Loss[] = []
  const dropped = [...before.values()].filter(({ table }) => !after.has(table.name))
  const created = [...after.values()].filter(({ table }) => !before.has(table.name))
  const changed = [...before.values()].flatMap((old) => {
    const now = after.get(old.table.name)
    return now ? [{ old, now, on: `alter table ${quoteTable(old.table)}` }] : []
  })
  for (const { table } of dropped) losses.push({ table: table.name, reason: 'drops the table with all its records' })
  const statements = [
    ...changed.flatMap(({ old, now }) => dropConstraints(old, now)),
    // References between dropped tables would decide the order.
    ...dropped.flatMap((shape) => dropReferences(shape)),
    ...changed.flatMap(({ old, now, on }) => dropColumns(old, now, on, losses)),
    ...dropped.map(({ table }) => `drop table ${quoteTable(table)}`),
    ...created.map(createTable),
    ...changed.flatMap(({ old, now, on }) => addColumns(old, now, on)),
    ...changed.flatMap(({ old, now, on }) => alterColumns(old, now, on, losses)),
    ...created.flatMap((shape) => addConstraints(undefined, shape)),
    ...changed.flatMap(({ old, now }) => addConstraints(old, now)),
  ]
  return { statements, losses }
}

/** The DDL that gives everything in `before` the name it has in `after`; both have the same parts in the same order.
 *  @throws AppError invalid_input when they don't */
export function renameShapes(before: Shapes, after: Shapes): string[] {
  const tables = pairs([...before], [...after])
  return tables.flatMap(([[, old], [, now]]) => {
    const table = quoteTable(now.table)
    const renamed = (statement: string, from: string, to: string) =>
      from === to ? [] : [`${statement} ${quoteName(from)} to ${quoteName(to)}`]
    const constraints = pairs([...old.constraints], [...now.constraints]).flatMap(([[from, { kind }], [to]]) => {
      const index = `alter index ${quoteTable({ schema: now.table.schema, name: from })} rename to ${quoteName(to)}`
      if (kind === 'index') return from === to ? [] : [index]
      return renamed(`alter table ${table} rename constraint`, from, to)
    })
    return [
      ...(old.table.name === now.table.name
        ? []
        : [`alter table ${quoteTable(old.table)} rename to ${quoteName(now.table.name)}`]),
      ...pairs([...old.columns.keys()], [...now.columns.keys()]).flatMap(([from, to]) =>
        renamed(`alter table ${table} rename column`, from, to),
      ),
      ...constraints,
    ]
  })
}

function pairs<Item>(before: Item[], after: Item[]): [Item, Item][] {
  if (before.length !== after.length)
    throw new AppError('invalid_input', 'Another collection names this field as its key; change that first.', {
      path: 'renames',
    })
  return before.map((item, index) => [item, after[index]!])
}

function isSame(a: ConstraintShape, b: ConstraintShape | undefined): boolean {
  return b !== undefined && a.kind === b.kind && a.sql === b.sql
}

/** Constraints of a column that changes its type are made anew: they are written in terms of the old one. */
function isKept(old: TableShape, now: TableShape, name: string): boolean {
  const [before, after] = [old.constraints.get(name), now.constraints.get(name)]
  return (
    before !== undefined &&
    isSame(before, after) &&
    before.columns.every((column) => old.columns.get(column)?.type === now.columns.get(column)?.type)
  )
}

function dropConstraints(old: TableShape, now: TableShape): string[] {
  return [...old.constraints]
    .filter(([name]) => !isKept(old, now, name))
    .map(([name, { kind }]) =>
      kind === 'index'
        ? `drop index ${quoteTable({ schema: old.table.schema, name })}`
        : `alter table ${quoteTable(old.table)} drop constraint ${quoteName(name)}`,
    )
}

function dropReferences({ table, constraints }: TableShape): string[] {
  return [...constraints]
    .filter(([, { kind }]) => kind === 'reference')
    .map(([name]) => `alter table ${quoteTable(table)} drop constraint ${quoteName(name)}`)
}

function addConstraints(old: TableShape | undefined, now: TableShape): string[] {
  return [...now.constraints]
    .filter(([name]) => !old || !isKept(old, now, name))
    .map(([name, { kind, sql }]) =>
      kind === 'index'
        ? `create index ${quoteName(name)} on ${quoteTable(now.table)} ${sql}`
        : `alter table ${quoteTable(now.table)} add constraint ${quoteName(name)} ${sql}`,
    )
}

function columnSql(name: string, { type, notNull, default: value }: ColumnShape): string {
  return `${quoteName(name)} ${type}${notNull ? ' not null' : ''}${value === undefined ? '' : ` default ${value}`}`
}

function createTable({ table, columns, primaryKey }: TableShape): string {
  const lines = [...columns].map(([name, column]) => columnSql(name, column))
  return `create table ${quoteTable(table)} (\n  ${[...lines, `primary key (${primaryKey.map(quoteName).join(', ')})`].join(',\n  ')}\n)`
}

function dropColumns(old: TableShape, now: TableShape, on: string, losses: Loss[]): string[] {
  const dropped = [...old.columns.keys()].filter((name) => !now.columns.has(name))
  for (const column of dropped)
    losses.push({ table: old.table.name, column, reason: 'drops the column with its values' })
  return dropped.map((name) => `${on} drop column ${quoteName(name)}`)
}

function addColumns(old: TableShape, now: TableShape, on: string): string[] {
  return [...now.columns]
    .filter(([name]) => !old.columns.has(name))
    .map(([name, column]) => `${on} add column ${columnSql(name, column)}`)
}

function alterColumns(old: TableShape, now: TableShape, on: string, losses: Loss[]): string[] {
  return [...now.columns].flatMap(([name, column]) => {
    const before = old.columns.get(name)
    if (!before) return []
    const alter = `${on} alter column ${quoteName(name)}`
    const retyped = before.type !== column.type
    if (retyped) checkConversion(old.table.name, name, before.type, column.type, losses)
    const redefaulted = before.default !== column.default || retyped
    return [
      ...(before.default !== undefined && redefaulted ? [`${alter} drop default`] : []),
      ...(retyped ? [`${alter} type ${column.type} using ${quoteName(name)}::${column.type}`] : []),
      ...(column.default !== undefined && redefaulted ? [`${alter} set default ${column.default}`] : []),
      ...(before.notNull === column.notNull ? [] : [`${alter} ${column.notNull ? 'set' : 'drop'} not null`]),
    ]
  })
}

function checkConversion(table: string, column: string, from: string, to: string, losses: Loss[]): void {
  const known = CONVERSIONS[from]
  if (known?.keeps.includes(to)) return
  if (!known?.casts.includes(to))
    throw new AppError(
      'invalid_input',
      `"${column}" can not be made from ${from} into ${to}; add a new field instead.`,
      {
        path: 'fields',
      },
    )
  losses.push({ table, column, reason: `converts ${from} to ${to}, which may round or cut values` })
}
