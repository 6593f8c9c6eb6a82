import { asText, isObject } from '../../lib/json.ts'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import { JsonWidget } from './CodeWidgets.tsx'
import { KeyValueWidget } from './KeyValueWidget.tsx'

const DESCRIPTIONS: Record<string, string> = {
  form: 'Name and value.',
  multipart: 'Name and value; a file is an expression that gives { name, type, base64 }.',
  binary: 'Base64.',
}

/** The body of a request, by the type chosen beside it. */
export function BodyWidget(props: WidgetProps) {
  const { schema, label, path, value, onChange, siblings } = props
  const { problems } = useFormScope()
  const type = asText(siblings.type)
  if (type === '' || type === 'none') return null
  const described = { ...schema, description: DESCRIPTIONS[type] ?? '' }
  if ((type === 'form' || type === 'multipart') && (value === undefined || isObject(value)))
    return <KeyValueWidget {...props} schema={described} />
  if (type === 'json' || typeof value === 'object') return <JsonWidget {...props} schema={described} />
  return (
    <ExpressionInput
      label={label}
      description={described.description}
      error={problems.get(path)}
      multiline
      mono
      secret
      value={asText(value)}
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  )
}
