import { ActionIcon, Button, Menu, Select } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { Field, Json } from '../../api/types.ts'
import { asText, humanize, isObject, withMember } from '../../lib/json.ts'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, useSiblingCollection, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { parseForType } from '../schema-fields.ts'

interface ValueProps {
  name: string
  field: Field | undefined
  value: Json | undefined
  error: string | undefined
  onChange: (value: Json) => void
}

/** The value of one field. Choices can be picked as well as computed. */
function FieldValue({ name, field, value, error, onChange }: ValueProps) {
  const text = asText(value)
  const choices = field?.type === 'boolean' ? ['true', 'false'] : field?.type === 'enum' ? (field.values ?? []) : []
  const label = `Value of ${field?.title || name}`
  return (
    <div style={{ flex: 1, minWidth: 0 }}>
      <ExpressionInput
        label={label}
        hideLabel
        value={text}
        error={error}
        placeholder={choices.length > 0 ? choices.join(', ') : ''}
        onChange={(next) => onChange(parseForType(next, field?.target ? undefined : field?.type))}
      />
      {choices.length > 0 && text === '' && (
        <Select
          aria-label={`${label}: choices`}
          placeholder="or choose"
          data={choices}
          value={null}
          onChange={(next) => next && onChange(parseForType(next, field?.type))}
          size="xs"
          mt={4}
        />
      )}
    </div>
  )
}

/** Values of a record, one row per field of the collection. */
export function ValuesWidget({ schema, label, required, path, value, onChange, siblings }: WidgetProps) {
  const { problems, triggerCollection = '' } = useFormScope()
  const collection = useSiblingCollection(schema.of === 'trigger' ? { collection: triggerCollection } : siblings)
  const values = isObject(value) ? value : {}
  const fields = (collection?.fields ?? []).filter(({ type }) => type !== 'hasMany' && type !== 'hasOne')
  const given = Object.keys(values)
  const rest = fields.filter(({ name }) => !given.includes(name))
  const add = (names: string[]) => onChange({ ...values, ...Object.fromEntries(names.map((name) => [name, ''])) })
  if (!collection)
    return (
      <FieldFrame label={label} required={required} error={problems.get(path)}>
        <div className={classes.description}>Choose a collection first; its fields appear here.</div>
      </FieldFrame>
    )
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.rows}>
        {given.map((name) => {
          const field = fields.find((item) => item.name === name)
          return (
            <div key={name} className={classes.row}>
              <div className={classes.fieldName} title={name}>
                {field?.title || humanize(name)}
                <span className={classes.fieldType}>{field?.type ?? 'unknown field'}</span>
              </div>
              <FieldValue
                name={name}
                field={field}
                value={values[name]}
                error={problems.get(`${path}.${name}`)}
                onChange={(next) => onChange({ ...values, [name]: next })}
              />
              <ActionIcon
                className={classes.remove}
                aria-label={`Remove ${name}`}
                onClick={() => onChange(withMember(values, name, undefined))}
              >
                <IconX size={14} />
              </ActionIcon>
            </div>
          )
        })}
        <div>
          <Menu position="bottom-start" width={220}>
            <Menu.Target>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconPlus size={14} />}
                disabled={rest.length === 0}
              >
                Add a field
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflow: 'auto' }}>
              {rest.length > 1 && (
                <>
                  <Menu.Item onClick={() => add(rest.map(({ name }) => name))}>All fields</Menu.Item>
                  <Menu.Divider />
                </>
              )}
              {rest.map(({ name, title, type }) => (
                <Menu.Item
                  key={name}
                  rightSection={<span className={classes.fieldType}>{type}</span>}
                  onClick={() => add([name])}
                >
                  {title || humanize(name)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
    </FieldFrame>
  )
}
