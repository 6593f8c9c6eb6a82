import { Autocomplete } from '@mantine/core'
import { asText } from '../../lib/json.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'

export function secretReferences(names: readonly string[]): string[] {
  return names.map((name) => `{{$secrets.${name}}}`)
}

/** A secret is chosen among those of the settings; one that is typed in its place is not shown. */
export function SecretWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { problems, secrets } = useFormScope()
  const text = asText(value)
  const literal = schema.writeOnly === true && text !== '' && !text.startsWith('{')
  return (
    <Autocomplete
      label={label}
      withAsterisk={required}
      description={schema.description}
      placeholder={schema.placeholder ?? (secrets.length > 0 ? 'Choose a secret' : 'Make one under Settings, Secrets')}
      error={problems.get(path)}
      type={literal ? 'password' : 'text'}
      data={secretReferences(secrets)}
      value={text}
      onChange={(next) => onChange(next === '' ? undefined : next)}
      autoComplete="off"
      clearable
    />
  )
}
