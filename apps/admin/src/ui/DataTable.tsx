import { Skeleton } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import classes from './DataTable.module.css'

export interface Column<Row> {
  key: string
  title: ReactNode
  render: (row: Row) => ReactNode
  width?: number | string
  align?: 'right'
  /** Left out on phones. */
  wideOnly?: boolean
}

interface Props<Row> {
  columns: Column<Row>[]
  rows: Row[] | undefined
  rowKey: (row: Row) => string | number
  onOpen?: (row: Row) => void
  empty: ReactNode
  label: string
  footer?: ReactNode
}

function onEnter(open: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) open()
  }
}

/** Rows in a frame, with a skeleton while they load and an empty state when there are none. */
export function DataTable<Row>({ columns, rows, rowKey, onOpen, empty, label, footer }: Props<Row>) {
  if (rows && rows.length === 0) return <div className={classes.frame}>{empty}</div>
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.scroll} aria-label={label} tabIndex={0}>
        <table className={classes.table} aria-busy={!rows}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  data-wide={column.wideOnly}
                  data-align={column.align}
                  style={{ width: column.width }}
                >
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              ? rows.map((row) => (
                  <tr
                    key={rowKey(row)}
                    data-open={onOpen !== undefined}
                    tabIndex={onOpen ? 0 : undefined}
                    onClick={onOpen && (() => onOpen(row))}
                    onKeyDown={onOpen && onEnter(() => onOpen(row))}
                  >
                    {columns.map((column) => (
                      <td key={column.key} data-wide={column.wideOnly} data-align={column.align}>
                        {column.render(row)}
                      </td>
                    ))}
                  </tr>
                ))
              : [78, 55, 66, 48, 72].map((width) => (
                  <tr key={width}>
                    {columns.map((column, index) => (
                      <td key={column.key} data-wide={column.wideOnly}>
                        <Skeleton h={12} my={5} w={`${Math.max(30, width - index * 9)}%`} />
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
      </section>
      {footer && <div className={classes.footer}>{footer}</div>}
    </div>
  )
}
