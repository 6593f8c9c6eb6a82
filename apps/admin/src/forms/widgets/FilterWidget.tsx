import { ActionIcon, SegmentedControl, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { asText, humanize, isObject } from '../../lib/json.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { FILTER_OPERATORS, type FilterRow, type FilterRows, filterRows, rowsFilter } from '../filter-rows.ts'
import { useFormScope, useSiblingCollection, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { JsonInput } from '../JsonInput.tsx'
import { parseForType } from '../schema-fields.ts'

/** Which records: rows of field, operator and value. Filters of another form are edited as JSON. */
export function FilterWidget(props: WidgetProps) {
  const { schema, label, required, path, value, onChange, siblings } = props
  const { problems } = useFormScope()
  const collection = useSiblingCollection(siblings)
  const parsed = filterRows(isObject(value) ? value : {})
  const [draft, setDraft] = useState<FilterRow[]>([])
  if (!parsed)
    return (
      <JsonInput
        label={label}
        description={schema.description}
        required={required}
        error={problems.get(path)}
        value={value}
        onChange={onChange}
      />
    )
  const shown: FilterRows = { mode: parsed.mode, rows: [...parsed.rows, ...draft] }
  const change = ({ mode, rows }: FilterRows) => {
    const whole = rows.filter(({ field }) => field !== '')
    setDraft(rows.filter(({ field }) => field === ''))
    onChange(whole.length === 0 ? undefined : rowsFilter({ mode, rows: whole }))
  }
  const edit = (index: number, part: Partial<FilterRow>) =>
    change({ ...shown, rows: shown.rows.map((row, at) => (at === index ? { ...row, ...part } : row)) })
  const fields = [
    { value: 'id', label: 'ID' },
    ...(collection?.fields ?? []).flatMap(({ name, title, target }) =>
      target ? [] : [{ value: name, label: title || humanize(name) }],
    ),
  ]
  const typeOf = (name: string) => collection?.fields.find((field) => field.name === name)?.type
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.rows}>
        {shown.rows.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="How the rows combine"
            data={[
              { value: '$and', label: 'All must hold' },
              { value: '$or', label: 'One is enough' },
            ]}
            value={shown.mode}
            onChange={(mode) => change({ ...shown, mode: mode === '$or' ? '$or' : '$and' })}
          />
        )}
        {shown.rows.map((row, index) => {
          const unary = FILTER_OPERATORS.find((item) => item.value === row.operator)?.unary === true
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own
            <div key={index} className={classes.box}>
              <div className={classes.row}>
                <Select
                  aria-label="Field"
                  placeholder="Field"
                  data={fields}
                  value={row.field || null}
                  onChange={(field) => field && edit(index, { field })}
                  searchable
                  flex={1}
                />
                <Select
                  aria-label="Comparison"
                  data={FILTER_OPERATORS.map((item) => ({ value: item.value, label: item.label }))}
                  value={row.operator}
                  onChange={(operator) =>
                    operator && edit(index, { operator, ...(operator.endsWith('mpty') ? { value: true } : {}) })
                  }
                  allowDeselect={false}
                  w={124}
                />
                <ActionIcon
                  className={classes.remove}
                  aria-label="Remove the row"
                  onClick={() => change({ ...shown, rows: shown.rows.filter((_row, at) => at !== index) })}
                >
                  <IconX size={14} />
                </ActionIcon>
              </div>
              {!unary && (
                <ExpressionInput
                  label="Value"
                  hideLabel
                  placeholder="value"
                  value={asText(row.value)}
                  onChange={(text) => edit(index, { value: parseForType(text, typeOf(row.field)) })}
                />
              )}
            </div>
          )
        })}
        <AddButton onClick={() => setDraft([...draft, { field: '', operator: '$eq', value: '' }])}>
          Add a condition
        </AddButton>
      </div>
    </FieldFrame>
  )
}
