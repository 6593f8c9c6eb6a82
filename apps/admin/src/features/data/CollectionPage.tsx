import { ActionIcon, Button, Checkbox, Pagination, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconPlus, IconSearch, IconSettings, IconTable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, type MouseEvent, Suspense, useState } from 'react'
import { useCollections, viewQuery } from '../../api/collections.ts'
import { recordsQuery, useDestroyRecords } from '../../api/records.ts'
import { canSchema, useMe } from '../../api/session.ts'
import type { Collection, Field, JsonObject, RecordRow } from '../../api/types.ts'
import { useEver } from '../../lib/use-ever.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { NotFound } from '../../ui/NotFound.tsx'
import { Page } from '../../ui/Page.tsx'
import { CustomActions } from '../actions/CustomActions.tsx'
import classes from './data.module.css'
import { cellText, isNumber, labelOf, tableFields, textFields, valueName } from './field-types.ts'
import { RecordsToolbar } from './RecordsToolbar.tsx'
import type { RecordsSearch } from './records-search.ts'

// Not needed to see the records.
const RecordDrawer = lazy(() => import('./RecordDrawer.tsx').then((module) => ({ default: module.RecordDrawer })))
const ViewDrawer = lazy(() => import('./ViewDrawer.tsx').then((module) => ({ default: module.ViewDrawer })))

const PAGE_SIZE = 25

export function CollectionPage({ name, search }: { name: string; search: RecordsSearch }) {
  const collections = useCollections()
  if (collections.error) return <ErrorState error={collections.error} onRetry={() => void collections.refetch()} />
  const collection = collections.data?.find((item) => item.name === name)
  if (collections.data && !collection) return <NotFound />
  return (
    <Records
      collection={collection ?? { name, title: null, fields: [] }}
      loaded={collection !== undefined}
      search={search}
    />
  )
}

function filterOf(collection: Collection, { q, field }: RecordsSearch): JsonObject | undefined {
  const chosen = collection.fields.find((item) => item.name === field) ?? textFields(collection)[0]
  if (!q || !chosen) return undefined
  return { [chosen.name]: chosen.type === 'enum' ? { $eq: q } : { $includes: q } }
}

function Cell({ field, row }: { field: Field; row: RecordRow }) {
  const text = cellText(field, row[field.type === 'belongsTo' ? valueName(field) : field.name])
  if (text === '') return <Text c="dimmed">–</Text>
  if (field.type === 'enum') return <span className={classes.tag}>{text}</span>
  return <div className={`${classes.cell} truncate ${isNumber(field.type) ? 'tabular' : ''}`}>{text}</div>
}

function Records({ collection, loaded, search }: { collection: Collection; loaded: boolean; search: RecordsSearch }) {
  const { name } = collection
  const navigate = useNavigate()
  const me = useMe()
  const view = useQuery(viewQuery(name))
  const filter = filterOf(collection, search)
  const records = useQuery({
    ...recordsQuery(name, {
      page: search.page ?? 1,
      pageSize: PAGE_SIZE,
      sort: [search.sort ?? '-id'],
      ...(filter ? { filter } : {}),
    }),
    enabled: loaded,
  })
  const destroy = useDestroyRecords(name)
  const [editing, setEditing] = useState<RecordRow | 'new'>()
  const [settings, setSettings] = useState(false)
  const formUsed = useEver(editing !== undefined)
  const settingsUsed = useEver(settings)
  const [chosen, setChosen] = useState<(string | number)[]>([])
  const [asking, setAsking] = useState(false)
  const setSearch = (next: RecordsSearch) => {
    setChosen([])
    void navigate({ to: '/data/$collection', params: { collection: name }, search: next, replace: true })
  }
  const sortBy = (field: string) => {
    const next = search.sort === field ? `-${field}` : search.sort === `-${field}` ? undefined : field
    const { sort: _sort, ...rest } = search
    setSearch(next ? { ...rest, sort: next } : rest)
  }
  const rows = records.data?.data
  const columns: Column<RecordRow>[] = [
    {
      key: '$select',
      title: (
        <Checkbox
          size="xs"
          aria-label="Select all on this page"
          checked={chosen.length > 0 && chosen.length === rows?.length}
          indeterminate={chosen.length > 0 && chosen.length !== rows?.length}
          onChange={(event) => setChosen(event.currentTarget.checked ? (rows ?? []).map(({ id }) => id) : [])}
        />
      ),
      width: 42,
      render: (row) => (
        <Checkbox
          size="xs"
          aria-label={`Select record ${row.id}`}
          checked={chosen.includes(row.id)}
          // Keeps the row from opening.
          wrapperProps={{ onClick: (event: MouseEvent) => event.stopPropagation() }}
          onChange={(event) =>
            setChosen(event.currentTarget.checked ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))
          }
        />
      ),
    },
    ...tableFields(collection, view.data?.columns).map(
      (field, index): Column<RecordRow> => ({
        key: field.name,
        wideOnly: index > 2,
        ...(isNumber(field.type) ? { align: 'right' as const } : {}),
        title: (
          <button type="button" className={classes.sort} onClick={() => sortBy(valueName(field))}>
            {labelOf(field)}
            {search.sort === valueName(field) && <IconChevronUp size={13} aria-label="ascending" />}
            {search.sort === `-${valueName(field)}` && <IconChevronDown size={13} aria-label="descending" />}
          </button>
        ),
        render: (row) => <Cell field={field} row={row} />,
      }),
    ),
  ]
  const total = records.data?.total
  const pages = total === undefined ? undefined : Math.max(1, Math.ceil(total / PAGE_SIZE))
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')} disabled={!loaded}>
      {view.data?.buttons.create?.title || 'Add record'}
    </Button>
  )
  return (
    <Page
      width={1320}
      title={collection.title || name}
      parent={<Link to="/data">Data</Link>}
      actions={
        <>
          {canSchema(me?.permissions) && (
            <Tooltip label="Columns, fields and buttons">
              <ActionIcon
                variant="default"
                size={36}
                aria-label="Columns, fields and buttons"
                onClick={() => setSettings(true)}
              >
                <IconSettings size={17} />
              </ActionIcon>
            </Tooltip>
          )}
          <CustomActions place="toolbar" collection={collection} />
          {create}
        </>
      }
    >
      <RecordsToolbar
        collection={collection}
        search={search}
        chosen={chosen}
        onSearch={setSearch}
        onDelete={() => setAsking(true)}
        onStarted={() => setChosen([])}
      />
      {records.error && !records.data ? (
        <ErrorState error={records.error} onRetry={() => void records.refetch()} />
      ) : (
        <DataTable
          label={`Records of ${collection.title || name}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={setEditing}
          empty={
            search.q ? (
              <EmptyState icon={IconSearch} title="No record matches">
                Search for something else, or in another field.
              </EmptyState>
            ) : (
              <EmptyState icon={IconTable} title="No records yet" action={create}>
                Add one here, or send one to <code>POST /api/{name}:create</code>.
              </EmptyState>
            )
          }
          footer={
            <>
              <span className="tabular">
                {total === undefined ? '' : `${total} ${total === 1 ? 'record' : 'records'}`}
              </span>
              {pages !== undefined && pages > 1 && (
                <Pagination
                  size="sm"
                  total={pages}
                  value={search.page ?? 1}
                  onChange={(page) => setSearch({ ...search, page })}
                  getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
                />
              )}
            </>
          }
        />
      )}
      <Suspense>
        {formUsed && (
          <RecordDrawer
            collection={collection}
            view={view.data}
            editing={editing}
            onClose={() => setEditing(undefined)}
          />
        )}
        {settingsUsed && <ViewDrawer collection={collection} opened={settings} onClose={() => setSettings(false)} />}
      </Suspense>
      <ConfirmModal
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${chosen.length} ${chosen.length === 1 ? 'record' : 'records'}`}
        confirm="Delete"
        onConfirm={async () => {
          await destroy.mutateAsync(chosen)
          setChosen([])
        }}
      >
        This can't be undone.
      </ConfirmModal>
    </Page>
  )
}
