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
  const [side, setSide] = useState(() => (ms !== undefined && ms < 0 ? -1 : 1))
  const size = Number(unit)
  const change = (next: number, sign = side) => onChange(Math.round(Math.abs(next) * sign))
  const error = useFormScope().problems.get(path)
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={error}>
      <Group gap={6} wrap="nowrap">
        <NumberInput
          aria-label={label}
          error={error !== undefined}
          value={ms === undefined ? '' : Math.abs(ms) / size}
          placeholder={standard === undefined ? 'None' : String(standard / size)}
          onChange={(next) => (typeof next === 'number' ? change(next * size) : onChange(undefined))}
          min={0}
          hideControls
          flex={1}
        />
        <Select
          aria-label={`Unit of ${label}`}
          data={UNITS}
          value={unit}
          allowDeselect={false}
          w={schema.signed ? 112 : 132}
          onChange={(next) => {
            if (!next) return
            setUnit(next)
            if (ms !== undefined) change((ms / size) * Number(next))
          }}
        />
        {schema.signed && (
          <Select
            aria-label={`Direction of ${label}`}
            data={[
              { value: '1', label: 'after' },
              { value: '-1', label: 'before' },
            ]}
            value={String(side)}
            allowDeselect={false}
            w={96}
            onChange={(next) => {
              setSide(Number(next))
              if (ms !== undefined) change(ms, Number(next))
            }}
          />
        )}
      </Group>
    </FieldFrame>
  )
}
