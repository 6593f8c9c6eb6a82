import { Group, Text } from '@mantine/core'
import { Chip } from '../../ui/StatusBadge.tsx'
import { isSystemEvent } from './event-words.ts'

/** An event by its title, if it has one, and its name; those of the system are told apart. */
export function EventName({ name, title }: { name: string; title?: string | null | undefined }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap={8} wrap="nowrap">
        <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
          {title || name}
        </Text>
        {isSystemEvent(name) && <Chip tone="blue">System</Chip>}
      </Group>
      {title && (
        <Text fz="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
      )}
    </div>
  )
}
