import { Skeleton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { messageOf } from '../../api/errors.ts'
import { type SchedulePreview as Preview, schedulePreviewQuery } from '../../api/schedules.ts'
import type { JsonObject } from '../../api/types.ts'
import { ago, dateTime, zonedDateTime } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import classes from './schedule.module.css'

const PAUSE_MS = 350

/** When the trigger would fire next, as it is set up at the moment. */
export function SchedulePreview({ config }: { config: JsonObject }) {
  const [settled] = useDebouncedValue(config, PAUSE_MS)
  const isSet = ['cron', 'everyMs', 'dateField'].some((name) => settled[name] !== undefined)
  const preview = useQuery({ ...schedulePreviewQuery(settled), enabled: isSet })
  return (
    <section className={classes.preview} aria-label="Next runs" aria-live="polite">
      <h3>Next runs</h3>
      {!isSet && <p>Say when, and the next ten are listed here.</p>}
      {isSet && preview.isPending && <Skeleton h={12} w="70%" my={8} />}
      {isSet && preview.error && <p>{messageOf(preview.error)}</p>}
      {isSet && !preview.error && preview.data && <Fires preview={preview.data} stale={preview.isPlaceholderData} />}
    </section>
  )
}

function Fires({ preview: { words, timeZone, fires }, stale }: { preview: Preview; stale: boolean }) {
  const now = useNow(true, 10_000)
  const withSeconds = fires.some(({ at }) => !at.endsWith(':00.000Z'))
  return (
    <>
      <p>{words}</p>
      {fires.length === 0 && <p>There is none to come.</p>}
      <ol className={classes.fires} data-stale={stale}>
        {fires.map(({ at, record }) => (
          <li key={`${at} ${record}`} title={`${dateTime(at)} where you are`}>
            <time dateTime={at}>{zonedDateTime(at, timeZone, withSeconds)}</time>
            <span>{record === undefined ? ago(at, now) : `Record ${record}`}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
