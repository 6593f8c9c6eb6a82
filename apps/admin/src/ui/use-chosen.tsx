import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Column } from './DataTable.tsx'

interface Chosen {
  ids: ReadonlySet<string>
  clear: () => void
  /** The checkbox in front of each row. */
  column: Column<{ id: string }>
}

/** Rows of a table that are picked for what is done with all of them at once. */
export function useChosen(label: string): Chosen {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string, on: boolean) => {
    const next = new Set(ids)
    if (on) next.add(id)
    else next.delete(id)
    setIds(next)
  }
  return {
    ids,
    clear: () => setIds(new Set()),
    column: {
      key: 'choose',
      title: '',
      width: 40,
      render: ({ id }) => (
        <Checkbox
          size="xs"
          aria-label={label}
          checked={ids.has(id)}
          onClick={(event) => event.stopPropagation()}
          onChange={(event) => toggle(id, event.currentTarget.checked)}
        />
      ),
    },
  }
}
