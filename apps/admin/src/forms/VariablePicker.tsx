import { ActionIcon, Popover, ScrollArea, TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBraces, IconChevronRight, IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import classes from './VariablePicker.module.css'
import { firstMatch, searchVariables, type Variable, type VariableGroup } from './variables.ts'

interface Props {
  groups: VariableGroup[]
  onPick: (path: string) => void
  label: string
}

/** A button that opens the tree of everything an expression can refer to. */
export function VariablePicker({ groups, onPick, label }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="bottom-end" trapFocus>
      <Popover.Target>
        <Tooltip label="Insert a variable">
          <ActionIcon
            size={26}
            className={classes.button}
            onClick={() => setOpened(!opened)}
            aria-label={`Insert a variable into ${label}`}
          >
            <IconBraces size={15} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        {opened && (
          <VariableTree
            groups={groups}
            onPick={(path) => {
              setOpened(false)
              onPick(path)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Arrow keys go through the visible rows; Enter on a row presses it. */
function onArrow(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-variable]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  event.preventDefault()
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus()
}

function VariableTree({ groups, onPick }: Omit<Props, 'label'>) {
  const [query, setQuery] = useState('')
  const found = searchVariables(groups, query)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: moves the focus between the buttons inside
    <div onKeyDown={onArrow}>
      <TextInput
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        placeholder="Search variables"
        aria-label="Search variables"
        leftSection={<IconSearch size={15} />}
        variant="unstyled"
        className={classes.search}
        onKeyDown={(event) => {
          const first = firstMatch(found, query)
          if (event.key === 'Enter' && first) {
            event.preventDefault()
            onPick(first)
          }
        }}
        data-autofocus
      />
      <ScrollArea.Autosize mah={340} type="auto" scrollbars="y">
        <div className={classes.tree}>
          {found.map(({ label, variables }) => (
            <section key={label} aria-label={label}>
              <div className={classes.group}>{label}</div>
              {variables.map((variable) => (
                <Row key={variable.path} variable={variable} onPick={onPick} depth={0} searching={query !== ''} />
              ))}
            </section>
          ))}
          {found.length === 0 && <div className={classes.none}>No variable matches “{query}”.</div>}
        </div>
      </ScrollArea.Autosize>
    </div>
  )
}

interface RowProps {
  variable: Variable
  onPick: (path: string) => void
  depth: number
  searching: boolean
}

function Row({ variable, onPick, depth, searching }: RowProps) {
  const { path, label, type, description, children } = variable
  const [expanded, setExpanded] = useState(depth === 0 && path.endsWith('.data'))
  const open = expanded || searching
  return (
    <>
      <div className={classes.row} style={{ paddingLeft: depth * 16 }}>
        {children && children.length > 0 ? (
          <ActionIcon
            size={24}
            onClick={() => setExpanded(!expanded)}
            aria-expanded={open}
            aria-label={`${open ? 'Close' : 'Open'} ${label}`}
          >
            <IconChevronRight size={13} className={classes.chevron} data-open={open} />
          </ActionIcon>
        ) : (
          <span className={classes.indent} />
        )}
        <UnstyledButton className={classes.pick} data-variable onClick={() => onPick(path)} title={description ?? path}>
          <span className="truncate">{label}</span>
          {type && <span className={classes.type}>{type}</span>}
        </UnstyledButton>
      </div>
      {open &&
        children?.map((child) => (
          <Row key={child.path} variable={child} onPick={onPick} depth={depth + 1} searching={searching} />
        ))}
    </>
  )
}
