import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { secretsQuery } from '../../api/settings.ts'
import { asText } from '../../lib/json.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'

/** The name of a secret of the kind that the member takes; one that is still to be made can be named too. */
export function CredentialWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { data = [] } = useQuery(secretsQuery)
  const error = useFormScope().problems.get(path)
  return (
    <Autocomplete
      label={label}
      withAsterisk={required}
      description={schema.description ?? `A secret of the kind ${schema.secretKind}.`}
      error={error}
      data={data.filter(({ kind }) => kind === schema.secretKind).map(({ name }) => name)}
      value={asText(value)}
      onChange={(name) => onChange(name === '' ? undefined : name)}
      autoComplete="off"
      clearable
    />
  )
}
