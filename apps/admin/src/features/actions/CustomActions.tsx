import { Button, Group, Menu } from '@mantine/core'
import { IconChevronDown, IconHandClick } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { type CustomAction, useCustomActions } from '../../api/custom-actions.ts'
import type { Collection } from '../../api/types.ts'
import { useEver } from '../../lib/use-ever.ts'

const StartModal = lazy(() => import('./StartModal.tsx').then((module) => ({ default: module.StartModal })))

/** Where the buttons stand: on selected records, on one record, above a table, or on no collection at all. */
type Place = 'selection' | 'record' | 'toolbar' | 'home'

const FITS: Record<Place, readonly CustomAction['records'][]> = {
  selection: ['one', 'many'],
  record: ['one'],
  toolbar: ['none'],
  home: ['none'],
}
const MAX_BUTTONS = 3

interface Props {
  place: Place
  collection?: Pick<Collection, 'name' | 'title'>
  /** Of the records. */
  ids?: (string | number)[]
  onStarted?: () => void
}

/** A button for each custom action that can be started here. */
export function CustomActions({ place, collection, ids = [], onStarted }: Props) {
  const actions = useCustomActions().filter(
    (action) => FITS[place].includes(action.records) && (place === 'home' || action.collection === collection?.name),
  )
  const [chosen, setChosen] = useState<CustomAction>()
  const used = useEver(chosen !== undefined)
  if (actions.length === 0 && !chosen) return null
  const direct = actions.length > MAX_BUTTONS ? actions.slice(0, MAX_BUTTONS - 1) : actions
  const rest = actions.slice(direct.length)
  return (
    <>
      <Group gap="xs">
        {direct.map((action) => (
          <Button
            key={action.workflow}
            variant="default"
            leftSection={<IconHandClick size={15} />}
            onClick={() => setChosen(action)}
          >
            {action.title}
          </Button>
        ))}
        {rest.length > 0 && (
          <Menu>
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={14} />}>
                More actions
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {rest.map((action) => (
                <Menu.Item key={action.workflow} onClick={() => setChosen(action)}>
                  {action.title}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Suspense>
        {used && (
          <StartModal
            action={chosen}
            ids={ids}
            noun={collection?.title || collection?.name || ''}
            onClose={(started) => {
              setChosen(undefined)
              if (started) onStarted?.()
            }}
          />
        )}
      </Suspense>
    </>
  )
}
