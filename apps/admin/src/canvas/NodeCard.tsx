import { ActionIcon, Menu } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowsMove,
  IconArrowUp,
  IconCopy,
  IconCopyPlus,
  IconDots,
  IconTrash,
} from '@tabler/icons-react'
import type { NodeProps } from '@xyflow/react'
import { between } from '../lib/time.ts'
import { statusLabel, TONES } from '../ui/StatusBadge.tsx'
import { findNodeType } from './branches.ts'
import classes from './Canvas.module.css'
import { type CanvasEdit, useCanvas } from './canvas-context.ts'
import { findNode } from './edit-definition.ts'
import { iconOf } from './icons.ts'
import { TRIGGER_KEY } from './layout.ts'
import { summaryOf, triggerSummary } from './node-summary.ts'
import { StateIcon } from './StateIcon.tsx'

function useCard(key: string) {
  const { definition, catalog } = useCanvas()
  if (key === TRIGGER_KEY) {
    const type = catalog?.triggers.find((item) => item.type === definition.trigger.type)
    return {
      title: type?.title ?? definition.trigger.type,
      summary: triggerSummary(definition.trigger) || type?.summary || '',
      icon: iconOf(type?.icon),
      category: 'trigger',
      disabled: false,
    }
  }
  const node = findNode(definition, key)?.node
  const type = node && findNodeType(catalog, node.type)
  return {
    title: node?.title || type?.title || node?.type || key,
    summary: (node && summaryOf(node)) || (node?.title ? type?.title : '') || key,
    icon: iconOf(type?.icon, type?.category),
    category: type?.category ?? 'unknown',
    disabled: node?.disabled === true,
  }
}

/** One step of the drawing: icon, title, one line of what it does, and its state or problems. */
export function NodeCard({ id }: NodeProps) {
  const { selected, onSelect, problems, runs, edit } = useCanvas()
  const card = useCard(id)
  const Glyph = card.icon
  const state = runs?.nodes.get(id)
  const isTrigger = id === TRIGGER_KEY
  const count = problems?.get(id) ?? 0
  const status = runs ? (isTrigger ? 'succeeded' : state?.status) : undefined
  const about = [card.title, card.summary, status && statusLabel(status), count > 0 && `${count} problems`]
  return (
    <div
      className={classes.card}
      data-selected={selected === id}
      data-tone={status && !isTrigger ? TONES[status] : undefined}
      data-idle={runs !== undefined && !isTrigger && !state}
      data-disabled={card.disabled}
      data-moving={edit?.moving === id}
      data-key={id}
    >
      <button
        type="button"
        className={`${classes.face} nopan`}
        // Begins with what is shown, in its order: speech control finds the node by what is seen.
        aria-label={about.filter(Boolean).join(' ')}
        aria-pressed={selected === id}
        data-node={id}
        onClick={(event) => {
          event.stopPropagation()
          onSelect(id)
        }}
      >
        <span className={classes.icon} data-category={card.category}>
          <Glyph size={17} stroke={1.7} />
        </span>
        <span className={classes.text}>
          <span className={`${classes.title} truncate`}>{card.title}</span>
          <span className={`${classes.summary} truncate`}>{card.summary}</span>
        </span>
        {state && (
          <span className={classes.state}>
            {state.count > 1 && <span className={classes.count}>{state.count}×</span>}
            <StateIcon status={state.status} />
            <span className={classes.took}>{between(state.last.startedAt, state.last.finishedAt)}</span>
          </span>
        )}
        {count > 0 && <IconAlertTriangle size={16} className={classes.problem} aria-hidden />}
      </button>
      {edit && !isTrigger && <CardMenu id={id} edit={edit} title={card.title} />}
    </div>
  )
}

function CardMenu({ id, edit, title }: { id: string; edit: CanvasEdit; title: string }) {
  return (
    <Menu width={196} position="right-start">
      <Menu.Target>
        <ActionIcon className={`${classes.menu} nopan`} size={30} aria-label={`Actions of ${title}`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopyPlus size={15} />}
          rightSection={<Key>D</Key>}
          onClick={() => edit.duplicate(id)}
        >
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} rightSection={<Key>C</Key>} onClick={() => edit.copy(id)}>
          Copy
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconArrowUp size={15} />} onClick={() => edit.shift(id, 'up')}>
          Move up
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={15} />} onClick={() => edit.shift(id, 'down')}>
          Move down
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowsMove size={15} />} onClick={() => edit.startMoving(id)}>
          Move elsewhere…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => edit.remove(id)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Key({ children }: { children: string }) {
  return <span className={classes.key}>Ctrl {children}</span>
}
