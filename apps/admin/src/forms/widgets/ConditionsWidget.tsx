import { ActionIcon, Button, Group as Row, SegmentedControl, Select } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { JsonObject } from '../../api/types.ts'
import { asText } from '../../lib/json.ts'
import {
  type Group,
  isGroup,
  isUnary,
  newCondition,
  OPERATORS,
  readGroup,
  withOperator,
  writeGroup,
} from '../conditions.ts'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { parseValue } from '../schema-fields.ts'

export function ConditionsWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const error = useFormScope().problems.get(path)
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={error}>
      <GroupEditor group={readGroup(value)} onChange={(group) => onChange(writeGroup(group))} depth={0} />
    </FieldFrame>
  )
}

interface GroupProps {
  group: Group
  onChange: (group: Group) => void
  depth: number
}

function GroupEditor({ group, onChange, depth }: GroupProps) {
  const { mode, items } = group
  const replace = (index: number, item: JsonObject) =>
    onChange({ mode, items: items.map((old, at) => (at === index ? item : old)) })
  const remove = (index: number) => onChange({ mode, items: items.filter((_item, at) => at !== index) })
  return (
    <div className={classes.rows}>
      {items.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="How the conditions combine"
          data={[
            { value: 'all', label: 'All must hold' },
            { value: 'any', label: 'One is enough' },
          ]}
          value={mode}
          onChange={(next) => onChange({ mode: next === 'any' ? 'any' : 'all', items })}
        />
      )}
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity of their own
        <div key={index} className={classes.box}>
          {isGroup(item) ? (
            <>
              <GroupEditor
                group={readGroup(item)}
                onChange={(next) => replace(index, writeGroup(next))}
                depth={depth + 1}
              />
              <div>
                <Button variant="subtle" color="gray" size="compact-xs" onClick={() => remove(index)}>
                  Remove the group
                </Button>
              </div>
            </>
          ) : (
            <Condition item={item} onChange={(next) => replace(index, next)} onRemove={() => remove(index)} />
          )}
        </div>
      ))}
      <Row gap={6}>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange({ mode, items: [...items, newCondition()] })}
        >
          Add a condition
        </Button>
        {depth < 2 && items.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() =>
              onChange({ mode, items: [...items, { [mode === 'all' ? 'any' : 'all']: [newCondition()] }] })
            }
          >
            Add a group
          </Button>
        )}
      </Row>
    </div>
  )
}

interface ConditionProps {
  item: JsonObject
  onChange: (item: JsonObject) => void
  onRemove: () => void
}

function Condition({ item, onChange, onRemove }: ConditionProps) {
  const operator = asText(item.operator) || 'equals'
  return (
    <>
      <div className={classes.row}>
        <div style={{ flex: 1, minWidth: 0 }}>
          <ExpressionInput
            label="Value to compare"
            hideLabel
            placeholder="Pick a variable"
            value={asText(item.left)}
            onChange={(text) => onChange({ ...item, left: parseValue(text) })}
          />
        </div>
        <ActionIcon className={classes.remove} aria-label="Remove the condition" onClick={onRemove}>
          <IconX size={14} />
        </ActionIcon>
      </div>
      <div className={classes.row}>
        <Select
          aria-label="Comparison"
          data={OPERATORS.map(({ value, label }) => ({ value, label }))}
          value={operator}
          onChange={(next) => next && onChange(withOperator(item, next))}
          allowDeselect={false}
          w={142}
        />
        {!isUnary(operator) && (
          <div style={{ flex: 1, minWidth: 0 }}>
            <ExpressionInput
              label="Compared with"
              hideLabel
              placeholder="value"
              value={asText(item.right)}
              onChange={(text) => onChange({ ...item, right: parseValue(text) })}
            />
          </div>
        )}
      </div>
    </>
  )
}
