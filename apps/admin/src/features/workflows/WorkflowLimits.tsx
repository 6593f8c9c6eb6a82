import { Group, NumberInput, Select, Stack } from '@mantine/core'
import type { Concurrency, Definition } from '../../api/types.ts'
import { ExpressionInput } from '../../forms/ExpressionInput.tsx'
import { DurationWidget } from '../../forms/widgets/DurationWidget.tsx'
import classes from './editor.module.css'

type Options = Definition['options']

interface Props {
  options: Options
  /** Messages by member, e.g. `concurrency`. */
  problems: ReadonlyMap<string, string>
  onChange: <Name extends keyof Options>(name: Name, value: Options[Name]) => void
}

const ON_EXCESS = [
  { value: 'queue', label: 'It waits its turn' },
  { value: 'skip', label: 'It is skipped' },
  { value: 'cancelOldest', label: 'The oldest is canceled' },
]

const RATE_PERIODS = [
  { value: '1000', label: 'a second' },
  { value: '60000', label: 'a minute' },
  { value: '3600000', label: 'an hour' },
  { value: '86400000', label: 'a day' },
]

const toNumber = (value: number | string) => (typeof value === 'number' ? value : undefined)

/** The shortest form that says the same. */
function concurrencyFrom({ max, key, onExcess = 'queue' }: Concurrency): number | Concurrency {
  return key || onExcess !== 'queue' ? { max, ...(key ? { key } : {}), onExcess } : max
}

/** How many runs, how often, how long, and which first. */
export function WorkflowLimits({ options, problems, onChange }: Props) {
  const { concurrency, rateLimit, priority, timeoutMs } = options
  const limit: Concurrency | undefined = typeof concurrency === 'number' ? { max: concurrency } : concurrency
  const perMs = String(rateLimit?.perMs ?? 60_000)
  const periods = RATE_PERIODS.some(({ value }) => value === perMs)
    ? RATE_PERIODS
    : [...RATE_PERIODS, { value: perMs, label: `${perMs} ms` }]
  return (
    <section className={classes.section} aria-label="Limits">
      <h3>Limits</h3>
      <Stack gap="md" mt="sm">
        <NumberInput
          hideControls
          label="Runs at once"
          placeholder="No limit"
          min={1}
          max={10_000}
          allowDecimal={false}
          error={problems.get('concurrency') ?? problems.get('concurrency.max')}
          value={limit?.max ?? ''}
          onChange={(value) => {
            const max = toNumber(value)
            onChange('concurrency', max === undefined ? undefined : concurrencyFrom({ ...limit, max }))
          }}
        />
        {limit && (
          <>
            <ExpressionInput
              label="Counted for each"
              description="Runs with the same value count together; without it, all of them."
              placeholder="{{$context.data.customer.id}}"
              error={problems.get('concurrency.key')}
              value={limit.key ?? ''}
              onChange={(key) => onChange('concurrency', concurrencyFrom({ ...limit, key }))}
            />
            <Select
              label="One too many"
              data={ON_EXCESS}
              value={limit.onExcess ?? 'queue'}
              allowDeselect={false}
              onChange={(next) =>
                onChange(
                  'concurrency',
                  concurrencyFrom({ ...limit, onExcess: next as NonNullable<Concurrency['onExcess']> }),
                )
              }
            />
          </>
        )}
        <Group gap={6} align="flex-end" wrap="nowrap">
          <NumberInput
            hideControls
            label="Starts"
            placeholder="No limit"
            min={1}
            max={100_000}
            allowDecimal={false}
            flex={1}
            error={problems.get('rateLimit.max')}
            value={rateLimit?.max ?? ''}
            onChange={(value) => {
              const max = toNumber(value)
              onChange('rateLimit', max === undefined ? undefined : { max, perMs: Number(perMs) })
            }}
          />
          <Select
            aria-label="Starts in"
            data={periods}
            w={124}
            value={perMs}
            allowDeselect={false}
            disabled={!rateLimit}
            onChange={(next) => rateLimit && onChange('rateLimit', { ...rateLimit, perMs: Number(next) })}
          />
        </Group>
        <DurationWidget
          schema={{ description: 'A run that takes longer fails.' }}
          label="Time limit"
          required={false}
          path="timeoutMs"
          value={timeoutMs}
          siblings={{}}
          renderForm={() => null}
          onChange={(value) => onChange('timeoutMs', typeof value === 'number' ? value : undefined)}
        />
        <NumberInput
          hideControls
          label="Priority"
          description="From -100 to 100; of runs that wait, the higher start first."
          placeholder="0"
          min={-100}
          max={100}
          allowDecimal={false}
          error={problems.get('priority')}
          value={priority ?? ''}
          onChange={(value) => onChange('priority', toNumber(value))}
        />
      </Stack>
    </section>
  )
}
