import { JsonInput, MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { recordsQuery } from '../../api/records.ts'
import type { Field, Json } from '../../api/types.ts'
import { asText, strings } from '../../lib/json.ts'
import { labelOf, toInputText, toValue } from './field-types.ts'

interface Props {
  field: Field
  value: Json
  error: string | undefined
  autoFocus: boolean
  onChange: (value: Json) => void
}

/** The control of a record's field, by its type. */
export function FieldInput(props: Props) {
  const { field, value, error, autoFocus, onChange } = props
  const common = {
    label: labelOf(field),
    error,
    withAsterisk: field.required === true,
    ...(autoFocus ? { 'data-autofocus': true } : {}),
  }
  const choices = field.values ?? []
  switch (field.type) {
    case 'boolean':
      return (
        <Switch
          label={common.label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'enum':
      return (
        <Select
          {...common}
          data={choices}
          value={asText(value) || null}
          onChange={onChange}
          clearable={!field.required}
        />
      )
    case 'multiEnum':
      return <MultiSelect {...common} data={choices} value={strings(value)} onChange={onChange} />
    case 'text':
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          value={asText(value)}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        />
      )
    case 'json':
      return <JsonField {...props} />
    case 'belongsTo':
      return <LinkField {...props} />
    case 'integer':
    case 'decimal':
    case 'float':
      return (
        <NumberInput
          {...common}
          hideControls
          allowDecimal={field.type !== 'integer'}
          value={asText(value)}
          onChange={(next) => onChange(next === '' ? null : typeof next === 'bigint' ? String(next) : next)}
        />
      )
    default:
      return (
        <TextInput
          {...common}
          type={
            { date: 'date', datetime: 'datetime-local', email: 'email', url: 'url', time: 'time' }[field.type] ?? 'text'
          }
          value={toInputText(field, value)}
          onChange={(event) => onChange(toValue(field, event.currentTarget.value))}
        />
      )
  }
}

function JsonField({ field, value, error, onChange }: Props) {
  const [text, setText] = useState(() => (value === null ? '' : JSON.stringify(value, null, 2)))
  return (
    <JsonInput
      label={labelOf(field)}
      error={error}
      withAsterisk={field.required === true}
      autosize
      minRows={3}
      formatOnBlur
      validationError="This is not valid JSON."
      value={text}
      onChange={(next) => {
        setText(next)
        try {
          onChange(next.trim() === '' ? null : (JSON.parse(next) as Json))
        } catch {
          // The field itself says so; the last valid value stays.
        }
      }}
    />
  )
}

/** A link to a record of another collection, chosen by what its first fields say. */
function LinkField({ field, value, error, onChange }: Props) {
  const records = useQuery({
    ...recordsQuery(field.target ?? '', { pageSize: 100, sort: ['-id'] }),
    enabled: field.target !== undefined,
  })
  const options = (records.data?.data ?? []).map((row) => {
    const shown = Object.entries(row).find(
      ([name, item]) => name !== 'id' && typeof item === 'string' && !/At$/.test(name),
    )
    return { value: String(row.id), label: shown ? `${asText(shown[1])} (${row.id})` : String(row.id) }
  })
  const current = asText(value)
  return (
    <Select
      label={labelOf(field)}
      error={error}
      withAsterisk={field.required === true}
      data={
        current !== '' && !options.some((option) => option.value === current)
          ? [...options, { value: current, label: current }]
          : options
      }
      value={current || null}
      onChange={onChange}
      searchable
      clearable={!field.required}
      nothingFoundMessage="No record"
    />
  )
}
