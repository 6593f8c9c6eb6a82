import { Button, Text } from '@mantine/core'
import { IconDatabase, IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCollections } from '../../api/collections.ts'
import { canSchema, useMe } from '../../api/session.ts'
import type { Collection } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { CollectionModal } from './CollectionModal.tsx'
import { labelOf } from './field-types.ts'

const columns: Column<Collection>[] = [
  {
    key: 'title',
    title: 'Collection',
    render: (row) => (
      <div>
        <Text fw={500}>{row.title || row.name}</Text>
        <Text fz="xs" c="dimmed" className="mono">
          {row.name}
        </Text>
      </div>
    ),
  },
  {
    key: 'fields',
    title: 'Fields',
    render: (row) => (
      <Text c="dimmed" fz="sm" lineClamp={1}>
        {row.fields.map(labelOf).join(', ')}
      </Text>
    ),
  },
]

export function CollectionsPage() {
  const collections = useCollections()
  const me = useMe()
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const create = canSchema(me?.permissions) && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      New collection
    </Button>
  )
  return (
    <Page
      title="Data"
      description="The collections that your applications and workflows work on."
      actions={(collections.data?.length ?? 0) > 0 && create}
    >
      {collections.error ? (
        <ErrorState error={collections.error} onRetry={() => void collections.refetch()} />
      ) : (
        <DataTable
          label="Collections"
          columns={columns}
          rows={collections.data}
          rowKey={(row) => row.name}
          onOpen={(row) => void navigate({ to: '/data/$collection', params: { collection: row.name } })}
          empty={
            <EmptyState icon={IconDatabase} title="No collections yet" action={create}>
              A collection is a table with a form and an API. Create one, then bind workflows to its buttons.
            </EmptyState>
          }
        />
      )}
      <CollectionModal opened={creating} onClose={() => setCreating(false)} />
    </Page>
  )
}
