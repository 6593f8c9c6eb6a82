import { MultiSelect, Select, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { eventTypesQuery } from '../../api/events.ts'
import { rolesQuery, usersQuery } from '../../api/settings.ts'
import type { Json } from '../../api/types.ts'
import { workflowsQuery } from '../../api/workflows.ts'
import { asText, humanize, strings } from '../../lib/json.ts'
import { useFormScope, useSiblingCollection, type WidgetProps } from '../form-scope.ts'
import { secretReferences } from './SecretWidget.tsx'

function useInput({ schema, label, required, path }: WidgetProps) {
  return {
    label,
    description: schema.description,
    withAsterisk: required,
    placeholder: schema.placeholder,
    error: useFormScope().problems.get(path),
    size: 'sm' as const,
  }
}

const CAPITALS = new Set(['json', 'xml', 'html', 'jwt', 'hmac', 'sha1', 'sha256', 'sha512'])

/** Names of code are shown as words, names in capitals as they stand. */
function title(name: string): string {
  if (CAPITALS.has(name)) return name.toUpperCase()
  return name === name.toUpperCase() ? name : humanize(name)
}

const listOrNothing = (list: string[]): Json | undefined => (list.length === 0 ? undefined : list)

export function SelectWidget(props: WidgetProps) {
  const { schema, value, onChange } = props
  const fallback = schema.default === undefined ? null : asText(schema.default)
  return (
    <Select
      {...useInput(props)}
      placeholder={props.required ? 'Choose' : 'Default'}
      data={(schema.enum ?? []).map((item) => ({ value: asText(item), label: title(asText(item)) }))}
      value={value === undefined ? fallback : asText(value)}
      onChange={(next) => onChange(next ?? undefined)}
      clearable={!props.required && schema.default === undefined}
      allowDeselect={false}
    />
  )
}

export function MultiSelectWidget(props: WidgetProps) {
  const { schema, value, onChange } = props
  const items = typeof schema.items === 'object' ? schema.items : undefined
  return (
    <MultiSelect
      {...useInput(props)}
      placeholder={strings(value ?? schema.default).length > 0 ? undefined : 'Default'}
      searchable
      data={(items?.enum ?? []).map((item) => ({ value: asText(item), label: title(asText(item)) }))}
      value={strings(value ?? schema.default)}
      onChange={(next) => onChange(listOrNothing(next))}
    />
  )
}

export function CollectionWidget(props: WidgetProps) {
  const { collections } = useFormScope()
  return (
    <Select
      {...useInput(props)}
      data={collections.map(({ name, title: text }) => ({ value: name, label: text || name }))}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={(next) => props.onChange(next ?? undefined)}
      searchable
      placeholder="Choose a collection"
      nothingFoundMessage="No collection. Create one under Data."
    />
  )
}

export function FieldsWidget(props: WidgetProps) {
  const collection = useSiblingCollection(props.siblings)
  return (
    <MultiSelect
      {...useInput(props)}
      data={(collection?.fields ?? []).map(({ name, title: text }) => ({ value: name, label: text || humanize(name) }))}
      value={strings(props.value)}
      onChange={(next) => props.onChange(listOrNothing(next))}
      searchable
      placeholder={strings(props.value).length > 0 ? undefined : 'All'}
    />
  )
}

export function FieldWidget(props: WidgetProps) {
  const collection = useSiblingCollection(props.siblings)
  const { fieldTypes } = props.schema
  const fields = [
    ...(collection?.fields ?? []),
    ...['createdAt', 'updatedAt'].map((name) => ({ name, title: null, type: 'datetime' })),
  ].filter(({ type }) => !fieldTypes || fieldTypes.includes(type))
  return (
    <Select
      {...useInput(props)}
      data={fields.map(({ name, title: text }) => ({ value: name, label: text || humanize(name) }))}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={(next) => props.onChange(next ?? undefined)}
      searchable
      disabled={!collection}
      placeholder={collection ? 'Choose a field' : 'Choose a collection first'}
      nothingFoundMessage="No such field."
    />
  )
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

export function TimeZoneWidget(props: WidgetProps) {
  return (
    <Select
      {...useInput(props)}
      data={ZONES}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={(next) => props.onChange(next ?? undefined)}
      searchable
      clearable
      limit={50}
    />
  )
}

export function AppendsWidget(props: WidgetProps) {
  const collection = useSiblingCollection(props.siblings)
  const names = (collection?.fields ?? []).flatMap(({ name, target }) => (target ? [name] : []))
  return (
    <TagsInput
      {...useInput(props)}
      data={names}
      value={strings(props.value)}
      onChange={(next) => props.onChange(listOrNothing(next))}
      placeholder={strings(props.value).length > 0 ? undefined : names.length > 0 ? 'None' : 'This collection has none'}
    />
  )
}

export function SortWidget(props: WidgetProps) {
  const collection = useSiblingCollection(props.siblings)
  const names = ['id', ...(collection?.fields ?? []).map(({ name }) => name)]
  return (
    <MultiSelect
      {...useInput(props)}
      data={names.flatMap((name) => [
        { value: name, label: `${humanize(name)} ↑` },
        { value: `-${name}`, label: `${humanize(name)} ↓` },
      ])}
      value={strings(props.value)}
      onChange={(next) => props.onChange(listOrNothing(next))}
      searchable
      placeholder={strings(props.value).length > 0 ? undefined : 'No order'}
    />
  )
}

export function UsersWidget(props: WidgetProps) {
  const { data = [] } = useQuery(usersQuery)
  return (
    <MultiSelect
      {...useInput(props)}
      data={data.map(({ id, email, name }) => ({ value: id, label: name ? `${name} (${email})` : email }))}
      value={strings(props.value)}
      onChange={(next) => props.onChange(listOrNothing(next))}
      searchable
    />
  )
}

export function RolesWidget(props: WidgetProps) {
  const { data = [] } = useQuery(rolesQuery)
  return (
    <MultiSelect
      {...useInput(props)}
      data={data.map(({ name, title: text }) => ({ value: name, label: text || name }))}
      value={strings(props.value)}
      onChange={(next) => props.onChange(listOrNothing(next))}
      searchable
    />
  )
}

export function WorkflowWidget(props: WidgetProps) {
  const { data = [] } = useQuery(workflowsQuery)
  const input = useInput(props)
  if (props.schema.multiple)
    return (
      <MultiSelect
        {...input}
        data={data.map(({ key, title: text }) => ({ value: key, label: text }))}
        value={strings(props.value)}
        onChange={(next) => props.onChange(listOrNothing(next))}
        placeholder={strings(props.value).length > 0 ? undefined : 'All'}
        searchable
      />
    )
  const callable = data.filter(({ trigger }) => trigger.type === 'call')
  return (
    <Select
      {...input}
      data={callable.map(({ key, title: text }) => ({ value: key, label: text }))}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={(next) => props.onChange(next ?? undefined)}
      searchable
      nothingFoundMessage="No workflow with a Call trigger"
    />
  )
}

/** Names that are typed in; `data` are those to choose from. */
function NamesInput({ data, ...props }: WidgetProps & { data?: string[] }) {
  const { schema, value, onChange } = props
  const input = useInput(props)
  const many = schema.type === 'array'
  return (
    <TagsInput
      {...input}
      placeholder={strings(value).length > 0 ? undefined : input.placeholder}
      description={schema.description ?? 'Type a name and press Enter.'}
      {...(data ? { data } : {})}
      maxTags={many ? undefined : 1}
      value={strings(value)}
      onChange={(next) => onChange(many ? listOrNothing(next) : next[0])}
      acceptValueOnBlur
    />
  )
}

/** Texts; for secrets those of the settings can be chosen. */
export function TagsWidget(props: WidgetProps) {
  const { secrets } = useFormScope()
  return <NamesInput {...props} {...(props.schema.secret ? { data: secretReferences(secrets) } : {})} />
}

/** Names of events, of which those in the catalogue can be chosen. */
export function EventWidget(props: WidgetProps) {
  const { data = [] } = useQuery(eventTypesQuery)
  // The trigger listens also to what the system alone emits.
  const listens = props.schema.type === 'array'
  return <NamesInput {...props} data={data.flatMap(({ name, builtIn }) => (listens || !builtIn ? [name] : []))} />
}
