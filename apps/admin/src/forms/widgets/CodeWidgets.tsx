import { asText } from '../../lib/json.ts'
import { CodeInput } from '../CodeInput.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import { JsonInput } from '../JsonInput.tsx'

export function JsonWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  return (
    <JsonInput
      label={label}
      description={schema.description}
      required={required}
      error={useFormScope().problems.get(path)}
      value={value}
      onChange={onChange}
      textAllowed
    />
  )
}

export function CodeWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  return (
    <CodeInput
      label={label}
      language="javascript"
      description={schema.description}
      required={required}
      error={useFormScope().problems.get(path)}
      value={asText(value)}
      onChange={(text) => onChange(text === '' ? undefined : text)}
      minHeight={180}
    />
  )
}
