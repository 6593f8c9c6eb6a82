import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { isApiError } from '../api/errors.ts'
import type { JsonObject, Schema } from '../api/types.ts'
import { humanize, isObject, withMember } from '../lib/json.ts'
import { orderedProperties } from './form-schema.ts'
import { LazyJsonInput } from './LazyJsonInput.tsx'
import { ValueField } from './ValueField.tsx'

/** The messages of a refused call by member, e.g. `sku` for the path `params.sku`. */
export function errorsOf(error: unknown, prefix: string): ReadonlyMap<string, string> {
  if (!isApiError(error)) return new Map()
  return new Map(
    error.items.flatMap(({ path, message }) =>
      path?.startsWith(`${prefix}.`) ? [[path.slice(prefix.length + 1).split('.')[0] ?? '', message]] : [],
    ),
  )
}

/** What a form starts with: the defaults of its schema. */
export function defaultsOf(schema: Schema | null | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(schema?.properties ?? {}).flatMap(([name, part]) =>
      part.default === undefined ? [] : [[name, part.default]],
    ),
  )
}

interface FieldsProps {
  schema: Schema
  value: JsonObject
  onChange: (value: JsonObject) => void
  errors?: ReadonlyMap<string, string>
}

/** A control for each member of an object schema, in the order of the schema. */
export function ObjectFields({ schema, value, onChange, errors }: FieldsProps) {
  return orderedProperties(schema).map(([name, part]) => (
    <ValueField
      key={name}
      schema={part}
      label={part.title ?? humanize(name)}
      required={schema.required?.includes(name) ?? false}
      error={errors?.get(name)}
      value={value[name]}
      onChange={(next) => onChange(withMember(value, name, next))}
    />
  ))
}

interface Props extends Omit<FieldsProps, 'schema'> {
  label: string
  description?: string
  schema: Schema | null | undefined
}

/** An object, field by field where a schema tells them, else (or by choice) as JSON. */
export function ObjectInput({ label, description, schema, value, onChange, errors }: Props) {
  const [asJson, setAsJson] = useState(false)
  const hasFields = Object.keys(schema?.properties ?? {}).length > 0
  if (hasFields && schema && !asJson)
    return (
      <Stack gap="md">
        <ObjectFields schema={schema} value={value} onChange={onChange} {...(errors ? { errors } : {})} />
        <div>
          <Button variant="subtle" color="gray" size="compact-sm" ml={-8} onClick={() => setAsJson(true)}>
            Edit as JSON
          </Button>
        </div>
      </Stack>
    )
  return (
    <div>
      <LazyJsonInput
        label={label}
        {...(description ? { description } : {})}
        value={value}
        error={[...(errors?.values() ?? [])].join(' ') || undefined}
        onChange={(next) => onChange(isObject(next) ? next : {})}
        minHeight={120}
      />
      {hasFields && (
        <Button variant="subtle" color="gray" size="compact-sm" ml={-8} onClick={() => setAsJson(false)}>
          Edit as a form
        </Button>
      )}
    </div>
  )
}
