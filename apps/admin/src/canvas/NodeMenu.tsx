import { ScrollArea, TextInput, UnstyledButton } from '@mantine/core'
import { IconClipboard, IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import type { NodeTypeInfo } from '../api/types.ts'
import { useCanvas } from './canvas-context.ts'
import { CATEGORIES, iconOf } from './icons.ts'
import classes from './NodeMenu.module.css'

function matching(nodes: NodeTypeInfo[], query: string): NodeTypeInfo[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return nodes.filter((node) => {
    const text = `${node.title} ${node.type} ${node.summary} ${CATEGORIES[node.category] ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** All node types, by category, searched as one types. */
export function NodeMenu({ onPick, onPaste }: { onPick: (type: string) => void; onPaste: (() => void) | undefined }) {
  const { catalog } = useCanvas()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const found = matching(catalog?.nodes ?? [], query)
  const order = [...Object.keys(CATEGORIES), ...new Set(found.map(({ category }) => category))]
  const sorted = [...new Set(order)].flatMap((category) => found.filter((node) => node.category === category))

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setActive((active + step + sorted.length) % Math.max(1, sorted.length))
    } else if (event.key === 'Enter' && sorted[active]) {
      event.preventDefault()
      onPick(sorted[active].type)
    }
  }

  return (
    <div>
      <TextInput
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        placeholder="Search nodes"
        aria-label="Search nodes"
        leftSection={<IconSearch size={15} />}
        variant="unstyled"
        className={classes.search}
        data-autofocus
      />
      <ScrollArea.Autosize mah={380} type="auto">
        <div className={classes.list} role="listbox" aria-label="Node types">
          {onPaste && query === '' && (
            <UnstyledButton className={classes.item} onClick={onPaste}>
              <span className={classes.icon}>
                <IconClipboard size={16} stroke={1.7} />
              </span>
              <span className={classes.title}>Paste the copied node</span>
            </UnstyledButton>
          )}
          {sorted.map((node, index) => {
            const Glyph = iconOf(node.icon, node.category)
            const first = sorted[index - 1]?.category !== node.category
            return (
              <div key={node.type}>
                {first && <div className={classes.category}>{CATEGORIES[node.category] ?? node.category}</div>}
                <UnstyledButton
                  className={classes.item}
                  role="option"
                  aria-selected={index === active}
                  data-active={index === active}
                  ref={(element: HTMLElement | null) => {
                    if (index === active) element?.scrollIntoView({ block: 'nearest' })
                  }}
                  onMouseMove={() => setActive(index)}
                  onClick={() => onPick(node.type)}
                >
                  <span className={classes.icon} data-category={node.category}>
                    <Glyph size={16} stroke={1.7} />
                  </span>
                  <span className={classes.text}>
                    <span className={classes.title}>{node.title}</span>
                    <span className={classes.summary}>{node.summary}</span>
                  </span>
                </UnstyledButton>
              </div>
            )
          })}
          {sorted.length === 0 && <div className={classes.none}>No node matches “{query}”.</div>}
        </div>
      </ScrollArea.Autosize>
    </div>
  )
}
