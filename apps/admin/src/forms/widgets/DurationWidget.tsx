import { Group, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'

const UNITS = [
  { value: '1', label: 'milliseconds' },
  { value: '1000', label: 'seconds' },
  { value: '60000', label: 'minutes' },
  { value: '3600000', label: 'hours' },
  { value: '86400000', label: 'days' },
]

function unitOf(ms: number | undefined): string {
  if (!ms) return '60000'
  return [...UNITS].reverse().find(({ value }) => ms % Number(value) === 0)?.value ?? '1'
}

export function DurationWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const ms = typeof value === 'number' ? value : undefined
  const standard = typeof schema.default === 'number' ? schema.default : undefined
  const [unit, setUnit] = useState(() => unitOf(ms ?? standard))
  const size = Number(unit)
  const error = useFormScope().problems.get(path)
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={error}>
      <Group gap={6} wrap="nowrap">
        <NumberInput
          aria-label={label}
          error={error !== undefined}
          value={ms === undefined ? '' : ms / size}
          placeholder={standard === undefined ? 'None' : String(standard / size)}
          onChange={(next) => onChange(typeof next === 'number' ? Math.round(next * size) : undefined)}
          min={0}
          hideControls
          flex={1}
        />
        <Select
          aria-label={`Unit of ${label}`}
          data={UNITS}
          value={unit}
          allowDeselect={false}
          w={132}
          onChange={(next) => {
            if (!next) return
            setUnit(next)
            if (ms !== undefined) onChange(Math.round((ms / size) * Number(next)))
          }}
        />
      </Group>
    </FieldFrame>
  )
}
