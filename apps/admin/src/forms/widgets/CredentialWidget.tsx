import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { secretsQuery } from '../../api/settings.ts'
import { asText } from '../../lib/json.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'

const DESCRIPTIONS: Record<string, string> = {
  http: 'Signs the request in.',
  smtp: 'The mail server that sends it.',
}

/** The name of a secret of the kind that the member takes; one that is still to be made can be named too. */
export function CredentialWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { data = [] } = useQuery(secretsQuery)
  const fitting = data.flatMap(({ name, kind }) => (kind === schema.secretKind ? [name] : []))
  const error = useFormScope().problems.get(path)
  return (
    <Autocomplete
      label={label}
      withAsterisk={required}
      description={schema.description ?? DESCRIPTIONS[schema.secretKind ?? '']}
      placeholder={fitting.length > 0 ? 'Choose one' : 'Make one under Settings, Secrets'}
      error={error}
      data={fitting}
      value={asText(value)}
      onChange={(name) => onChange(name === '' ? undefined : name)}
      autoComplete="off"
      clearable
    />
  )
}
