import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import type { JsonObject } from '../../api/types.ts'
import { asText, isObject } from '../../lib/json.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { initialValue } from '../schema-fields.ts'

/** A list of objects, each with its own form. */
export function ListWidget({ schema, label, required, path, value, onChange, renderForm }: WidgetProps) {
  const { problems, defaults } = useFormScope()
  const standard = defaults.get(path) ?? schema.default
  const given = Array.isArray(value) ? value : Array.isArray(standard) ? standard : []
  const items = given.filter(isObject)
  const part = typeof schema.items === 'object' ? schema.items : {}
  const change = (next: JsonObject[]) => onChange(next)
  const swap = (index: number, other: number) =>
    change(items.map((item, at) => (at === index ? items[other]! : at === other ? items[index]! : item)))
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.rows}>
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity of their own
          <div key={index} className={classes.box}>
            <div className={classes.row} style={{ alignItems: 'center' }}>
              <span className="truncate" style={{ flex: 1, fontSize: '0.75rem', fontWeight: 500 }}>
                {asText(item.title ?? item.label ?? item.name) || `${index + 1}`}
              </span>
              <ActionIcon size={24} aria-label="Move up" disabled={index === 0} onClick={() => swap(index, index - 1)}>
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                size={24}
                aria-label="Move down"
                disabled={index === items.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon
                size={24}
                aria-label="Remove"
                onClick={() => change(items.filter((_item, at) => at !== index))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </div>
            {renderForm(part, `${path}.${index}`, item, (next) =>
              change(items.map((old, at) => (at === index ? next : old))),
            )}
          </div>
        ))}
        <AddButton
          onClick={() =>
            change([
              ...items,
              { ...initialValue(part), ...(part.properties?.name ? { name: `option${items.length + 1}` } : {}) },
            ])
          }
        >
          Add
        </AddButton>
      </div>
    </FieldFrame>
  )
}
