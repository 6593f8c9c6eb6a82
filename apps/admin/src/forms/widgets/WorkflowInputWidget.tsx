import { Skeleton } from '@mantine/core'
import type { Schema } from '../../api/types.ts'
import { useLiveTriggers } from '../../api/workflows.ts'
import { asText, humanize, isObject, schemaOf, withMember } from '../../lib/json.ts'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { orderedProperties } from '../form-schema.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { parseValue } from '../schema-fields.ts'
import { JsonWidget } from './CodeWidgets.tsx'

/** The input schema of the live version of a workflow; null when it has none. */
function useInputSchema(key: string): Schema | null | undefined {
  const live = useLiveTriggers([key])
  if (!live) return undefined
  return schemaOf(live[key]?.input) ?? null
}

/** What a called workflow gets: a field for each member that its schema names, else JSON. */
export function WorkflowInputWidget(props: WidgetProps) {
  const { schema, label, required, path, value, onChange, siblings } = props
  const { problems } = useFormScope()
  const input = useInputSchema(asText(siblings.workflow))
  if (input === undefined) return <Skeleton h={64} />
  const members = orderedProperties(input)
  if (members.length === 0 || (value !== undefined && !isObject(value))) return <JsonWidget {...props} />
  const given = isObject(value) ? value : {}
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.box}>
        {members.map(([name, part]) => (
          <ExpressionInput
            key={name}
            label={part.title ?? humanize(name)}
            description={part.description}
            placeholder={asText(part.default)}
            required={input?.required?.includes(name) ?? false}
            error={problems.get(`${path}.${name}`)}
            value={asText(given[name])}
            onChange={(text) => {
              const next = withMember(given, name, text === '' ? undefined : toValue(text, part))
              onChange(Object.keys(next).length === 0 ? undefined : next)
            }}
          />
        ))}
      </div>
    </FieldFrame>
  )
}

/** Text for a member that is a text; else the number, boolean or text that was typed. */
function toValue(text: string, { type }: Schema) {
  return type === 'string' ? text : parseValue(text)
}
