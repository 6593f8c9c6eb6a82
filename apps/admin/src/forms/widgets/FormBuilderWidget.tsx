import { ActionIcon, Button, Checkbox, Group, Select, TagsInput, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Json } from '../../api/types.ts'
import { schemaOf } from '../../lib/json.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { type BuiltField, FIELD_KINDS, formFields, toFormSchema } from '../form-schema.ts'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { JsonInput } from '../JsonInput.tsx'

/** Builds the JSON Schema of a form field by field; what the builder can't show is edited as JSON. */
export function FormBuilderWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { problems } = useFormScope()
  const [asJson, setAsJson] = useState(false)
  const fields = formFields(schemaOf(value))
  const toggle = (
    <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setAsJson(!asJson)} disabled={!fields}>
      {asJson ? 'Edit as fields' : 'Edit as JSON'}
    </Button>
  )
  if (asJson || !fields)
    return (
      <div>
        <JsonInput
          label={label}
          description={schema.description}
          required={required}
          error={problems.get(path)}
          value={value}
          onChange={onChange}
        />
        {fields && toggle}
      </div>
    )
  const change = (next: BuiltField[]) =>
    onChange(next.length === 0 ? undefined : (toFormSchema(next) as unknown as Json))
  const edit = (index: number, part: Partial<BuiltField>) =>
    change(fields.map((field, at) => (at === index ? { ...field, ...part } : field)))
  const freeName = () => {
    let number = fields.length + 1
    while (fields.some(({ name }) => name === `field${number}`)) number += 1
    return `field${number}`
  }
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.rows}>
        {fields.map((field, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is edited
          <div key={index} className={classes.box}>
            <div className={classes.row}>
              <TextInput
                aria-label="Name of the field"
                placeholder="name"
                value={field.name}
                onChange={(event) => {
                  const name = event.currentTarget.value.replace(/\s+/g, '_')
                  if (name !== '' && !fields.some((other) => other.name === name)) edit(index, { name })
                }}
                flex={1}
              />
              <Select
                aria-label="Kind of the field"
                data={[...FIELD_KINDS]}
                value={field.kind}
                allowDeselect={false}
                onChange={(kind) => kind && edit(index, { kind })}
                w={142}
              />
              <ActionIcon
                className={classes.remove}
                aria-label={`Remove ${field.name}`}
                onClick={() => change(fields.filter((_field, at) => at !== index))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </div>
            <TextInput
              aria-label="Label of the field"
              placeholder="Label"
              value={field.title}
              onChange={(event) => edit(index, { title: event.currentTarget.value })}
            />
            {field.kind === 'choice' && (
              <TagsInput
                aria-label="Choices"
                placeholder="Type a choice and press Enter"
                value={field.choices}
                onChange={(choices) => edit(index, { choices })}
                acceptValueOnBlur
              />
            )}
            <Checkbox
              size="xs"
              label="Required"
              checked={field.required}
              onChange={(event) => edit(index, { required: event.currentTarget.checked })}
            />
          </div>
        ))}
        <Group gap={0}>
          <AddButton
            onClick={() =>
              change([...fields, { name: freeName(), title: '', kind: 'text', required: false, choices: [] }])
            }
          >
            Add a field
          </AddButton>
          {toggle}
        </Group>
      </div>
    </FieldFrame>
  )
}
