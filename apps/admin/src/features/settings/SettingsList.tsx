import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core'
import { type Icon, IconPlus, IconTrash } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'

interface Props<Row> {
  list: UseQueryResult<Row[]>
  label: string
  columns: Column<Row>[]
  rowKey: (row: Row) => string
  /** The button that makes one; above the rows, or in the place of them. */
  create?: ReactNode
  icon: Icon
  /** Told while there are no rows; the children say what they are good for. */
  none: string
  children?: ReactNode
}

/** A table of the settings with the button that makes one more. */
export function SettingsList<Row>({ list, label, columns, rowKey, create, icon, none, children }: Props<Row>) {
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  return (
    <Stack gap="sm">
      {create && list.data?.length !== 0 && <Group justify="flex-end">{create}</Group>}
      <DataTable
        label={label}
        columns={columns}
        rows={list.data}
        rowKey={rowKey}
        empty={
          <EmptyState icon={icon} title={none} action={create}>
            {children}
          </EmptyState>
        }
      />
    </Stack>
  )
}

export function CreateButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Button leftSection={<IconPlus size={16} />} onClick={onClick}>
      {children}
    </Button>
  )
}

/** The name of a row, with a smaller line below it. */
export function NameCell({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      {children}
    </div>
  )
}

interface ActionsProps {
  name: string
  onDelete: () => void
  /** What may be done before it. */
  children?: ReactNode
}

/** The last cell of a row. */
export function RowActions({ name, onDelete, children }: ActionsProps) {
  return (
    <Group gap={2} justify="flex-end" wrap="nowrap">
      {children}
      <ActionIcon aria-label={`Delete ${name}`} onClick={onDelete}>
        <IconTrash size={15} />
      </ActionIcon>
    </Group>
  )
}
