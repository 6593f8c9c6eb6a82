import { ActionIcon, Checkbox, Select, TagsInput, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useCollections } from '../../api/collections.ts'
import type { Field } from '../../api/types.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import classes from './data.module.css'
import { FIELD_TYPES, toName } from './field-types.ts'

export interface FieldRow {
  id: number
  title: string
  type: string
  required: boolean
  values: string[]
  target: string | null
}

let lastId = 0
export function emptyField(): FieldRow {
  lastId += 1
  return { id: lastId, title: '', type: 'string', required: false, values: [], target: null }
}

/** The fields as the API takes them; rows without a title are left out. */
export function toFields(rows: FieldRow[]): Field[] {
  return rows.flatMap(({ title, type, required, values, target }) => {
    const name = toName(title)
    if (name === '') return []
    const linked = type === 'belongsTo' || type === 'hasMany'
    return [
      {
        name,
        type,
        ...(title.trim() === name ? {} : { title: title.trim() }),
        ...(required && !linked ? { required } : {}),
        ...(type === 'enum' || type === 'multiEnum' ? { values } : {}),
        ...(linked && target ? { target } : {}),
      },
    ]
  })
}

export function FieldRows({ rows, onChange }: { rows: FieldRow[]; onChange: (rows: FieldRow[]) => void }) {
  const collections = useCollections()
  const edit = (id: number, part: Partial<FieldRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)))
  return (
    <fieldset className={classes.fields}>
      <legend>Fields</legend>
      {rows.map((row, index) => (
        <div key={row.id} className={classes.fieldRow}>
          <TextInput
            aria-label={`Field ${index + 1}`}
            placeholder="Title of the field"
            value={row.title}
            onChange={(event) => edit(row.id, { title: event.currentTarget.value })}
          />
          <Select
            aria-label={`Type of field ${index + 1}`}
            data={FIELD_TYPES}
            value={row.type}
            allowDeselect={false}
            onChange={(type) => type && edit(row.id, { type })}
          />
          <Checkbox
            label="Required"
            size="xs"
            checked={row.required}
            onChange={(event) => edit(row.id, { required: event.currentTarget.checked })}
          />
          <ActionIcon
            aria-label={`Remove field ${index + 1}`}
            onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
          >
            <IconX size={15} />
          </ActionIcon>
          {(row.type === 'enum' || row.type === 'multiEnum') && (
            <TagsInput
              className={classes.fieldMore}
              aria-label={`Choices of field ${index + 1}`}
              placeholder="Type a choice and press Enter"
              value={row.values}
              onChange={(values) => edit(row.id, { values })}
              acceptValueOnBlur
            />
          )}
          {(row.type === 'belongsTo' || row.type === 'hasMany') && (
            <Select
              className={classes.fieldMore}
              aria-label={`Collection that field ${index + 1} links to`}
              placeholder="Collection"
              data={(collections.data ?? []).map(({ name, title }) => ({ value: name, label: title || name }))}
              value={row.target}
              onChange={(target) => edit(row.id, { target })}
            />
          )}
        </div>
      ))}
      <AddButton onClick={() => onChange([...rows, emptyField()])}>Add a field</AddButton>
    </fieldset>
  )
}
