import { Select } from '@mantine/core'
import type { Schema } from '../../api/types.ts'
import { asText, humanize, isObject } from '../../lib/json.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { initialValue } from '../schema-fields.ts'

function discriminatorOf(options: Schema[]): string {
  const [first] = options
  return Object.entries(first?.properties ?? {}).find(([, part]) => part.const !== undefined)?.[0] ?? 'type'
}

/** One of several object forms, told apart by a member such as `type`. */
export function VariantWidget({ schema, label, required, path, value, onChange, renderForm }: WidgetProps) {
  const error = useFormScope().problems.get(path)
  const options = schema.oneOf ?? []
  const name = discriminatorOf(options)
  const object = isObject(value) ? value : {}
  const nameOf = (option: Schema) => asText(option.properties?.[name]?.const)
  const current = options.find((option) => nameOf(option) === asText(object[name]))
  const { [name]: _tag, ...rest } = current?.properties ?? {}
  return (
    <div className={classes.rows}>
      <Select
        label={label}
        description={schema.description}
        withAsterisk={required}
        error={error}
        data={options.map((option) => ({ value: nameOf(option), label: option.title ?? humanize(nameOf(option)) }))}
        value={current ? nameOf(current) : null}
        placeholder="None"
        clearable={!required}
        onChange={(next) => {
          const option = options.find((item) => nameOf(item) === next)
          onChange(option ? initialValue(option) : undefined)
        }}
      />
      {Object.keys(rest).length > 0 && (
        <div className={classes.box}>{renderForm({ ...current, properties: rest }, path, object, onChange)}</div>
      )}
    </div>
  )
}
