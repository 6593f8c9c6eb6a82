import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { Json, Schema } from '../api/types.ts'
import { asText } from '../lib/json.ts'
import { LazyJsonInput } from './LazyJsonInput.tsx'

interface Props {
  schema: Schema
  label: string
  required: boolean
  error?: string | undefined
  value: Json | undefined
  onChange: (value: Json | undefined) => void
}

function inputType({ format }: Schema): string {
  if (format === 'date' || format === 'email') return format
  return format === 'uri' ? 'url' : 'text'
}

/** A control for one plain value, by its JSON Schema: what people fill in, without expressions. */
export function ValueField({ schema, label, required, error, value, onChange }: Props) {
  const common = { label, error, withAsterisk: required, description: schema.description }
  const text = asText(value)
  const setText = (next: string) => onChange(next === '' ? undefined : next)
  if (schema.enum)
    return (
      <Select
        {...common}
        placeholder="Choose"
        data={schema.enum.map(asText)}
        value={text || null}
        clearable={!required}
        onChange={(next) => onChange(schema.enum?.find((item) => asText(item) === next))}
      />
    )
  if (schema.type === 'boolean')
    return (
      <Switch
        label={label}
        description={schema.description}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  if (schema.type === 'number' || schema.type === 'integer')
    return (
      <NumberInput
        {...common}
        hideControls
        allowDecimal={schema.type === 'number'}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    )
  if (schema.type !== 'string')
    return (
      <LazyJsonInput
        label={label}
        description={schema.description}
        required={required}
        error={error}
        value={value}
        onChange={onChange}
        minHeight={72}
      />
    )
  if (schema.widget === 'textarea' || (schema.maxLength ?? 0) > 500)
    return (
      <Textarea
        {...common}
        autosize
        minRows={3}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...common}
      type={inputType(schema)}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}
