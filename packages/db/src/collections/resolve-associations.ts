import type { AssociationField } from './definition.ts'
import { isName } from './identifiers.ts'
import { type Association, type Draft, foreignKeyColumn, type Report } from './resolved-collection.ts'

interface Scope {
  drafts: Map<string, Draft>
  report: Report
}
type FieldOf<Type> = Extract<AssociationField, { type: Type }>
type BelongsTo = FieldOf<'belongsTo'>
type Has = FieldOf<'hasOne' | 'hasMany'>
type BelongsToMany = FieldOf<'belongsToMany'>

/** Adds the associations of the drafts `own` and the foreign keys they need. belongsTo first: the others look for its keys. */
export function resolveAssociations(drafts: Map<string, Draft>, own: readonly Draft[], report: Report): void {
  const scope = { drafts, report }
  for (const draft of own) addUserAssociations(scope, draft)
  each(own, scope, ['belongsTo'], addBelongsTo)
  each(own, scope, ['hasOne', 'hasMany'], addHas)
  const joins = new Map<string, string>()
  each(own, scope, ['belongsToMany'], (...found) => addBelongsToMany(...found, joins))
}

type Add<Field> = (scope: Scope, source: Draft, target: Draft, field: Field, path: string) => void

function each<Type extends AssociationField['type']>(
  own: readonly Draft[],
  scope: Scope,
  types: readonly Type[],
  add: Add<FieldOf<Type>>,
): void {
  const isOf = (field: { type: string }): field is FieldOf<Type> => (types as readonly string[]).includes(field.type)
  for (const source of own)
    source.definition.fields.forEach((field, index) => {
      if (!isOf(field)) return
      const target = scope.drafts.get(field.target)
      if (target) add(scope, source, target, field, `fields.${index}`)
      else scope.report(source.name, `fields.${index}.target`, `There is no collection "${field.target}".`)
    })
}

/** Who created or changed a record can be followed like an association; the name is also that of the column. */
function addUserAssociations({ drafts }: Scope, source: Draft): void {
  const target = drafts.get('users')
  if (!target) return
  for (const name of ['createdBy', 'updatedBy'])
    source.associations.set(name, {
      name,
      type: 'belongsTo',
      source,
      target,
      toMany: false,
      hidden: false,
      foreignKey: name,
    })
}

function addBelongsTo({ report }: Scope, source: Draft, target: Draft, field: BelongsTo, path: string): void {
  const foreignKey = field.foreignKey ?? `${field.name}Id`
  if (!isFree(source, foreignKey, report, source.name, path)) return
  if (field.required && field.onDelete === 'setNull') {
    report(
      source.name,
      `${path}.onDelete`,
      `"${field.name}" is required, so it can not be emptied when its record is destroyed.`,
    )
    return
  }
  source.columns.set(foreignKey, foreignKeyColumn(foreignKey, target, field))
  source.associations.set(field.name, { ...described(source, target, field), toMany: false, foreignKey })
}

function addHas({ report }: Scope, source: Draft, target: Draft, field: Has, path: string): void {
  const back = [...target.associations.values()].filter((item) => item.type === 'belongsTo' && item.target === source)
  const foreignKey = field.foreignKey ?? (back.length === 1 ? back[0]!.foreignKey : `${source.name}Id`)
  if (target.readOnly) {
    report(source.name, `${path}.target`, `"${target.name}" belongs to the system; use belongsTo or belongsToMany.`)
    return
  }
  const existing = target.columns.get(foreignKey)
  if (existing && existing.references?.collection !== source) {
    report(source.name, `${path}.foreignKey`, `"${foreignKey}" of "${target.name}" does not point to "${source.name}".`)
    return
  }
  if (!existing && !isFree(target, foreignKey, report, source.name, path)) return
  const unique = field.type === 'hasOne' || existing?.unique
  target.columns.set(foreignKey, {
    ...(existing ?? foreignKeyColumn(foreignKey, source, field)),
    unique: unique ?? false,
  })
  source.associations.set(field.name, {
    ...described(source, target, field),
    toMany: field.type === 'hasMany',
    foreignKey,
  })
}

function addBelongsToMany(
  { drafts, report }: Scope,
  source: Draft,
  target: Draft,
  field: BelongsToMany,
  path: string,
  joins: Map<string, string>,
): void {
  const name = field.through ?? `${source.name}_${field.name}`
  const between = drafts.get(name)
  const foreignKey = field.foreignKey ?? keyTo(between, source) ?? `${source.name}Id`
  const wanted = field.otherKey ?? keyTo(between, target, foreignKey) ?? `${target.name}Id`
  const otherKey = wanted === foreignKey && field.otherKey === undefined ? `${field.name}Id` : wanted
  const ends = [
    { key: foreignKey, end: source },
    { key: otherKey, end: target },
  ]
  const fault = joinFault(name, between, ends, joins)
  if (fault !== undefined) {
    report(source.name, `${path}.through`, fault)
    return
  }
  if (between) {
    const missing = ends.filter(({ key }) => !between.columns.has(key))
    if (!missing.every(({ key }) => isFree(between, key, report, source.name, path))) return
    for (const { key, end } of missing) between.columns.set(key, foreignKeyColumn(key, end, { onDelete: 'cascade' }))
  } else joins.set(name, shapeOf(ends))
  const through = { table: { schema: 'data', name }, otherKey, ...(between && { collection: between }) }
  source.associations.set(field.name, { ...described(source, target, field), toMany: true, foreignKey, through })
}

type Ends = { key: string; end: Draft }[]

function joinFault(
  name: string,
  between: Draft | undefined,
  ends: Ends,
  joins: ReadonlyMap<string, string>,
): string | undefined {
  const keys = ends.map(({ key }) => key)
  if (![name, ...keys].every(isName)) return 'The names of the through table and its keys are too long; give them.'
  if (keys[0] === keys[1]) return 'Both keys of the through table have the same name.'
  if (between?.readOnly) return `"${name}" belongs to the system.`
  for (const { key, end } of ends) {
    const column = between?.columns.get(key)
    if (column && column.references?.collection !== end) return `"${key}" of "${name}" does not point to "${end.name}".`
  }
  const shape = shapeOf(ends)
  return (joins.get(name) ?? shape) === shape ? undefined : `The through table "${name}" already joins other keys.`
}

function shapeOf(ends: Ends): string {
  return ends
    .map(({ key, end }) => `${key}→${end.name}`)
    .sort()
    .join()
}

function described(
  source: Draft,
  target: Draft,
  field: AssociationField,
): Pick<Association, 'name' | 'type' | 'source' | 'target' | 'hidden'> {
  return { name: field.name, type: field.type, source, target, hidden: field.hidden ?? false }
}

/** The one foreign key of `between` that points to `end`. */
function keyTo(between: Draft | undefined, end: Draft, except?: string): string | undefined {
  const keys = [...(between?.columns.values() ?? [])].filter(
    (column) => column.references?.collection === end && column.name !== except,
  )
  return keys.length === 1 ? keys[0]!.name : undefined
}

function isFree(draft: Draft, key: string, report: Report, collection: string, path: string): boolean {
  const isTaken = draft.columns.has(key) || draft.definition.fields.some((field) => field.name === key)
  if (isTaken)
    report(collection, `${path}.foreignKey`, `"${draft.name}" already has a field "${key}"; give another foreignKey.`)
  else if (!isName(key))
    report(collection, `${path}.foreignKey`, `"${key}" is too long for a column; give a foreignKey.`)
  return !isTaken && isName(key)
}
