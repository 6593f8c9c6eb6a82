import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconArrowLeft, IconRepeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Delivery, deliveryQuery, useReplay } from '../../api/deliveries.ts'
import type { Json } from '../../api/types.ts'
import { dateTime, duration } from '../../lib/time.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { JsonView } from '../../ui/JsonView.tsx'
import { showDone } from '../../ui/notify.ts'
import { Chip } from '../../ui/StatusBadge.tsx'
import classes from '../workflows/editor.module.css'
import { OutcomeChip } from './OutcomeChip.tsx'

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section} style={{ marginTop: 0, paddingTop: 14 }}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** JSON to be read as such, everything else as the text that came. */
function Body({ delivery: { body, bodyEncoding, bodyComplete, bodyBytes } }: { delivery: Delivery }) {
  if (bodyBytes === 0) return <Text c="dimmed">The request had no body.</Text>
  let json: Json | undefined
  try {
    json = JSON.parse(body) as Json
  } catch {
    json = undefined
  }
  return (
    <Stack gap={6}>
      {bodyEncoding === 'utf8' && json !== undefined ? (
        <JsonView value={json} label="the body" maxHeight={420} />
      ) : (
        <pre className={classes.snippet}>{body}</pre>
      )}
      <Text fz="xs" c="dimmed">
        {bodyBytes.toLocaleString('en')} bytes{bodyEncoding === 'base64' ? ', shown as base64' : ''}
        {bodyComplete ? '' : '; of a refused request only the beginning is kept'}
      </Text>
    </Stack>
  )
}

export function DeliveryView({
  id,
  onBack,
  onSample,
}: {
  id: string
  /** To the list it was chosen from. */
  onBack?: () => void
  onSample?: (body: string) => void
}) {
  const query = useQuery(deliveryQuery(id))
  const replay = useReplay()
  const delivery = query.data
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        {onBack && (
          <Button variant="default" size="xs" leftSection={<IconArrowLeft size={14} />} onClick={onBack}>
            All requests
          </Button>
        )}
        {delivery && (
          <Group gap="xs">
            {onSample && delivery.bodyEncoding === 'utf8' && delivery.bodyBytes > 0 && (
              <Button variant="default" size="xs" onClick={() => onSample(delivery.body)}>
                Use as the sample
              </Button>
            )}
            <Button
              size="xs"
              leftSection={<IconRepeat size={14} />}
              loading={replay.isPending}
              disabled={!delivery.bodyComplete}
              onClick={() =>
                replay.mutate({ ids: [id], version: 'live' }, { onSuccess: () => showDone('A run was started.') })
              }
            >
              Replay
            </Button>
          </Group>
        )}
      </Group>
      {delivery ? (
        <>
          <div>
            <Text className="mono" style={{ overflowWrap: 'anywhere' }}>
              {delivery.method} {delivery.path}
            </Text>
            <Group gap="xs" mt={6}>
              <OutcomeChip outcome={delivery.outcome} reason={delivery.reason} />
              {delivery.status !== null && <Chip>{delivery.status}</Chip>}
              <Text fz="sm" c="dimmed">
                {dateTime(delivery.at)}
                {delivery.ip ? ` from ${delivery.ip}` : ''}
                {delivery.durationMs === null ? '' : `, ${duration(delivery.durationMs)}`}
              </Text>
              {delivery.executionId && (
                <Text fz="sm" component={Link} to={`/executions/${delivery.executionId}`} c="var(--ens-accent)">
                  Open the run
                </Text>
              )}
            </Group>
            {delivery.message && (
              <Text fz="sm" mt={8} c={delivery.outcome === 'rejected' ? 'var(--ens-red)' : 'var(--ens-amber)'}>
                {delivery.message}
              </Text>
            )}
          </div>
          <Section title="Body">
            <Body delivery={delivery} />
          </Section>
          <Section title="Headers">
            <JsonView value={delivery.headers} label="the headers" maxHeight={360} />
          </Section>
        </>
      ) : (
        <Skeleton h={200} />
      )}
    </Stack>
  )
}
