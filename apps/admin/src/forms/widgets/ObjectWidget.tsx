import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { isObject } from '../../lib/json.ts'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { initialValue } from '../schema-fields.ts'

/** A group of members. One that can be left out, but not be empty, is added first. */
export function ObjectWidget({ schema, label, required, path, value, onChange, renderForm }: WidgetProps) {
  const error = useFormScope().problems.get(path)
  const optional = !required && (schema.required?.length ?? 0) > 0
  if (optional && !isObject(value))
    return (
      <FieldFrame label={label} description={schema.description} error={error}>
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            aria-label={`Add: ${label}`}
            onClick={() => onChange(initialValue(schema))}
          >
            Add
          </Button>
        </div>
      </FieldFrame>
    )
  return (
    <fieldset className={classes.group}>
      <legend>
        {label}
        {optional && (
          <ActionIcon size={20} aria-label={`Remove: ${label}`} ml={4} onClick={() => onChange(undefined)}>
            <IconX size={13} />
          </ActionIcon>
        )}
      </legend>
      {schema.description && <div className={classes.description}>{schema.description}</div>}
      {error && <div className={classes.error}>{error}</div>}
      {renderForm(schema, path, isObject(value) ? value : {}, (next) =>
        onChange(Object.keys(next).length === 0 ? undefined : next),
      )}
    </fieldset>
  )
}
