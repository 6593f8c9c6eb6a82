import { Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import type { Definition, Kept, Retention } from '../../api/types.ts'
import classes from './editor.module.css'

type Options = Definition['options']

interface Props {
  options: Options
  /** Messages by member, e.g. `retention.failed.maxCount`. */
  problems: ReadonlyMap<string, string>
  onChange: <Name extends keyof Options>(name: Name, value: Options[Name]) => void
}

const STATUSES: { status: keyof Retention; title: string }[] = [
  { status: 'succeeded', title: 'Succeeded' },
  { status: 'failed', title: 'Failed' },
  { status: 'canceled', title: 'Canceled' },
  { status: 'skipped', title: 'Skipped' },
]

const LOG_LEVELS = [
  { value: 'all', label: 'Of every run' },
  { value: 'failures', label: 'Of runs that do not succeed' },
  { value: 'none', label: 'Of none' },
]

const toNumber = (value: number | string) => (typeof value === 'number' ? value : undefined)

/** Without what is not set; undefined when nothing is. */
function changed(retention: Retention | undefined, status: keyof Retention, change: Kept): Retention | undefined {
  const { maxAgeDays, maxCount } = { ...retention?.[status], ...change }
  const kept: Kept = {
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    ...(maxCount === undefined ? {} : { maxCount }),
  }
  const { [status]: _old, ...others } = retention ?? {}
  const next: Retention = Object.keys(kept).length === 0 ? others : { ...others, [status]: kept }
  return Object.keys(next).length === 0 ? undefined : next
}

/** How long runs are kept once they are over, and how much of them. */
export function WorkflowKept({ options: { retention, logLevel = 'all' }, problems, onChange }: Props) {
  const set = (status: keyof Retention, change: Kept) => onChange('retention', changed(retention, status, change))
  return (
    <section className={classes.section} aria-label="What is kept">
      <h3>What is kept</h3>
      <Stack gap="md" mt="sm">
        <Select
          label="Inputs and outputs of nodes"
          description="Once a run is over. Without them it can’t be retried from the node that failed."
          data={LOG_LEVELS}
          value={logLevel}
          allowDeselect={false}
          error={problems.get('logLevel')}
          onChange={(next) => onChange('logLevel', next === 'all' ? undefined : (next as Options['logLevel']))}
        />
        <div>
          <Text fw={500} fz="sm">
            Runs
          </Text>
          <Text c="dimmed" fz="xs" mb={6}>
            How many days after their end, and how many at most. Empty: as the server is set, and any number.
          </Text>
          <Stack gap={6}>
            <Group gap={6} wrap="nowrap" aria-hidden>
              <span className={classes.keptTitle} />
              <Text fz="xs" c="dimmed" flex={1}>
                Days
              </Text>
              <Text fz="xs" c="dimmed" flex={1}>
                Number
              </Text>
            </Group>
            {STATUSES.map(({ status, title }) => (
              <Group key={status} gap={6} wrap="nowrap" align="flex-start">
                <span className={classes.keptTitle}>{title}</span>
                <NumberInput
                  hideControls
                  aria-label={`Days that runs are kept: ${title}`}
                  placeholder="Default"
                  min={1}
                  max={3_650}
                  allowDecimal={false}
                  flex={1}
                  error={problems.get(`retention.${status}.maxAgeDays`)}
                  value={retention?.[status]?.maxAgeDays ?? ''}
                  onChange={(value) => set(status, { maxAgeDays: toNumber(value) })}
                />
                <NumberInput
                  hideControls
                  aria-label={`Runs that are kept: ${title}`}
                  placeholder="Any"
                  min={0}
                  max={10_000}
                  allowDecimal={false}
                  flex={1}
                  error={problems.get(`retention.${status}.maxCount`)}
                  value={retention?.[status]?.maxCount ?? ''}
                  onChange={(value) => set(status, { maxCount: toNumber(value) })}
                />
              </Group>
            ))}
          </Stack>
        </div>
      </Stack>
    </section>
  )
}
