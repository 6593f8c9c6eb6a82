import { Button, Tabs } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { canWorkflow, useMe } from '../../api/session.ts'
import { Page } from '../../ui/Page.tsx'
import { EmitModal } from './EmitModal.tsx'
import { EventDrawer } from './EventDrawer.tsx'
import { EventList } from './EventList.tsx'
import { EventTypes } from './EventTypes.tsx'
import type { EventsSearch } from './events-search.ts'

export function EventsPage({ search }: { search: EventsSearch }) {
  const navigate = useNavigate()
  const permissions = useMe()?.permissions
  const [emitting, setEmitting] = useState<string>()
  const go = (next: EventsSearch) => void navigate({ to: '/events', search: next, replace: true })
  const { id: _id, ...list } = search
  const mayRun = canWorkflow(permissions, 'run')
  return (
    <Page
      title="Events"
      description="What has happened, and the workflows that listen to it."
      actions={
        mayRun && (
          <Button leftSection={<IconBroadcast size={16} />} onClick={() => setEmitting(search.name ?? '')}>
            Emit an event
          </Button>
        )
      }
    >
      <Tabs
        value={search.tab ?? 'emitted'}
        onChange={(tab) => go(tab === 'catalogue' ? { tab } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="emitted">Emitted</Tabs.Tab>
          <Tabs.Tab value="catalogue">Catalogue</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="emitted">
          <EventList
            {...(search.name ? { name: search.name } : {})}
            mayReplay={mayRun}
            onName={(name) => go(name ? { name } : {})}
            onOpen={(id) => go({ ...list, id })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="catalogue">
          <EventTypes
            mayEdit={canWorkflow(permissions, 'edit')}
            {...(mayRun ? { onEmit: setEmitting } : {})}
            onName={(name) => go({ name })}
          />
        </Tabs.Panel>
      </Tabs>
      <EventDrawer id={search.id} mayReplay={mayRun} onClose={() => go(list)} />
      <EmitModal name={emitting} onClose={() => setEmitting(undefined)} />
    </Page>
  )
}
