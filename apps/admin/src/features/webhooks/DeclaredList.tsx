import { ActionIcon, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'

/** A variable of a webhook: where it is in the query or the body, and what it is called where variables are picked. */
export interface Declared {
  path: string
  alias?: string
  type?: string
}

interface Props {
  title: string
  list: Declared[]
  onChange: (next: Declared[]) => void
}

/** Declared variables: path and alias of each can be changed, others added by hand. */
export function DeclaredList({ title, list, onChange }: Props) {
  const [added, setAdded] = useState('')
  const path = added.trim()
  const replace = (index: number, next: Declared) => onChange(list.map((item, at) => (at === index ? next : item)))
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (path === '' || list.some((item) => item.path === path)) return
    onChange([...list, { path }])
    setAdded('')
  }
  const inside = title.charAt(0).toLowerCase() + title.slice(1)
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" fz="sm" fw={500} mb={4}>
        {title}
      </Text>
      <Stack gap={4}>
        {list.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the path is edited in the row; rows never move
          <Group key={index} gap={6} wrap="nowrap">
            <TextInput
              size="xs"
              flex={1}
              classNames={{ input: 'mono' }}
              aria-label={`Path ${index + 1}`}
              value={item.path}
              onChange={(event) => replace(index, { ...item, path: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              w={130}
              aria-label={`Alias of ${item.path}`}
              placeholder={item.type ?? 'Alias'}
              value={item.alias ?? ''}
              onChange={(event) => replace(index, withAlias(item, event.currentTarget.value))}
            />
            <ActionIcon
              size="sm"
              aria-label={`Remove ${item.path}`}
              onClick={() => onChange(list.filter((_, at) => at !== index))}
            >
              <IconX size={13} />
            </ActionIcon>
          </Group>
        ))}
        <Group component="form" gap={6} wrap="nowrap" onSubmit={add}>
          <TextInput
            size="xs"
            flex={1}
            classNames={{ input: 'mono' }}
            aria-label={`Another path ${inside}`}
            placeholder="customer.name"
            value={added}
            onChange={(event) => setAdded(event.currentTarget.value)}
          />
          <ActionIcon size="sm" type="submit" aria-label={`Add a path ${inside}`} disabled={path === ''}>
            <IconPlus size={13} />
          </ActionIcon>
        </Group>
      </Stack>
    </fieldset>
  )
}

function withAlias({ alias: _, ...rest }: Declared, text: string): Declared {
  return text === '' ? rest : { ...rest, alias: text }
}
