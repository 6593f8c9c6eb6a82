import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Collection } from '../../api/types.ts'
import { CustomActions } from '../actions/CustomActions.tsx'
import { labelOf, textFields } from './field-types.ts'
import type { RecordsSearch } from './records-search.ts'

interface Props {
  collection: Collection
  search: RecordsSearch
  /** Ids of the selected records. */
  chosen: (string | number)[]
  onSearch: (search: RecordsSearch) => void
  onDelete: () => void
  /** A custom action has been started on the selected records. */
  onStarted: () => void
}

/** Above the table: the search, or what can be done with the selected records. */
export function RecordsToolbar({ collection, search, chosen, onSearch, onDelete, onStarted }: Props) {
  const [text, setText] = useState(search.q ?? '')
  const searchSoon = useDebouncedCallback((q: string) => {
    const { page: _page, ...rest } = search
    onSearch({ ...rest, q })
  }, 250)
  const searchable = textFields(collection)
  if (chosen.length > 0)
    return (
      <Group mb="sm" gap="xs" mih={36}>
        <Text fw={500}>{chosen.length} selected</Text>
        <CustomActions place="selection" collection={collection} ids={chosen} onStarted={onStarted} />
        <Button variant="default" leftSection={<IconTrash size={15} />} onClick={onDelete}>
          Delete
        </Button>
      </Group>
    )
  return (
    <Group mb="sm" gap="xs" mih={36} wrap="nowrap">
      {searchable.length > 0 && (
        <>
          <TextInput
            leftSection={<IconSearch size={15} />}
            placeholder="Search"
            aria-label="Search records"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              searchSoon(event.currentTarget.value)
            }}
            flex={1}
            maw={260}
          />
          <Select
            aria-label="Field to search in"
            w={150}
            data={searchable.map((field) => ({ value: field.name, label: `in ${labelOf(field)}` }))}
            value={search.field ?? searchable[0]?.name ?? null}
            allowDeselect={false}
            onChange={(field) => field && onSearch({ ...search, field })}
          />
        </>
      )}
    </Group>
  )
}
