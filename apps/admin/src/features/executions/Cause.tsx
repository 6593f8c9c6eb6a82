import { Button, Drawer, Group } from '@mantine/core'
import { IconBroadcast, IconWebhook } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { Execution } from '../../api/types.ts'
import { isObject } from '../../lib/json.ts'
import { useEver } from '../../lib/use-ever.ts'
import { ButtonLink } from '../../ui/ButtonLink.tsx'

const DeliveryView = lazy(() =>
  import('../webhooks/DeliveryView.tsx').then((module) => ({ default: module.DeliveryView })),
)

/** Ways to what triggered an execution from outside: the request of a webhook, or the event. */
export function Cause({ execution: { context, trigger } }: { execution: Execution }) {
  if (!isObject(context)) return null
  const { deliveryId, event } = context
  if (trigger === 'webhook' && typeof deliveryId === 'string') return <Request id={deliveryId} />
  if (trigger === 'event' && isObject(event) && typeof event.id === 'string')
    return (
      <Group>
        <ButtonLink
          variant="default"
          size="xs"
          leftSection={<IconBroadcast size={14} />}
          to="/events"
          search={{ id: event.id }}
        >
          Show the event
        </ButtonLink>
      </Group>
    )
  return null
}

function Request({ id }: { id: string }) {
  const [opened, setOpened] = useState(false)
  const used = useEver(opened)
  return (
    <Group>
      <Button variant="default" size="xs" leftSection={<IconWebhook size={14} />} onClick={() => setOpened(true)}>
        Show the request
      </Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} title="Request" size={760}>
        <Suspense>{used && <DeliveryView id={id} />}</Suspense>
      </Drawer>
    </Group>
  )
}
