import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Catalog, Definition, NodeDefinition } from '../../api/types.ts'
import { findNodeType } from '../../canvas/branches.ts'
import type { CanvasEdit } from '../../canvas/canvas-context.ts'
import {
  copyWithFreeKeys,
  duplicateNode,
  findNode,
  freeKey,
  insertNode,
  keysOf,
  moveNode,
  removeNode,
  type Slot,
  shiftNode,
} from '../../canvas/edit-definition.ts'
import { TRIGGER_KEY } from '../../canvas/layout.ts'
import { initialValue } from '../../forms/schema-fields.ts'
import { copiedNode, copyNode } from './clipboard.ts'
import type { Draft } from './use-draft.ts'

const KEY_WISHES: Record<string, string> = {
  condition: 'check',
  'record.create': 'create',
  'record.update': 'update',
  'record.query': 'find',
  'record.delete': 'delete',
  'event.emit': 'emit',
}

function newNode(definition: Definition, catalog: Catalog | undefined, type: string): NodeDefinition {
  const info = findNodeType(catalog, type)
  return {
    key: freeKey(keysOf(definition), KEY_WISHES[type] ?? type),
    type,
    config: info ? initialValue(info.configSchema) : {},
    ...(info?.branches && info.branches.length > 0
      ? { branches: Object.fromEntries(info.branches.map(({ name }) => [name, []])) }
      : {}),
  }
}

/** Typing must not delete nodes. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null
  )
}

/** What can be done to the draft on the canvas, by pointer and by keyboard. */
export function useEditor(draft: Draft, catalog: Catalog | undefined) {
  const { definition, change } = draft
  const [selected, setSelected] = useState<string | undefined>()
  const [moving, setMoving] = useState<string | undefined>()
  const [copied, setCopied] = useState(() => copiedNode() !== undefined)

  const remove = useCallback(
    (key: string) => {
      change((old) => removeNode(old, key))
      setSelected(undefined)
    },
    [change],
  )
  const duplicate = useCallback(
    (key: string) => {
      const made = duplicateNode(definition, key)
      change(() => made.definition)
      setSelected(made.key)
    },
    [change, definition],
  )
  const copy = useCallback(
    (key: string) => {
      const found = findNode(definition, key)
      if (!found) return
      copyNode(found.node)
      setCopied(true)
    },
    [definition],
  )
  const paste = useCallback(
    (slot: Slot) => {
      const node = copiedNode()
      if (!node) return
      const fresh = copyWithFreeKeys(definition, node)
      change((old) => insertNode(old, slot, fresh))
      setSelected(fresh.key)
    },
    [change, definition],
  )

  const edit = useMemo<CanvasEdit>(
    () => ({
      moving,
      canPaste: copied,
      insert(slot, type) {
        const node = newNode(definition, catalog, type)
        change((old) => insertNode(old, slot, node))
        setSelected(node.key)
      },
      paste,
      placeMoving(slot) {
        if (moving) change((old) => moveNode(old, moving, slot))
        setMoving(undefined)
      },
      startMoving: setMoving,
      remove,
      duplicate,
      copy,
      shift: (key, direction) => change((old) => shiftNode(old, key, direction)),
    }),
    [catalog, change, copied, copy, definition, duplicate, moving, paste, remove],
  )

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return
      const node = selected === undefined || selected === TRIGGER_KEY ? undefined : selected
      const command = event.ctrlKey || event.metaKey
      const name = event.key.toLowerCase()
      const run = (action: () => void) => {
        event.preventDefault()
        action()
      }
      if (command && name === 'z') run(event.shiftKey ? draft.redo : draft.undo)
      else if (command && name === 'y') run(draft.redo)
      else if (name === 'escape') run(() => (moving ? setMoving(undefined) : setSelected(undefined)))
      else if (!node) return
      else if (name === 'delete' || name === 'backspace') run(() => remove(node))
      else if (command && name === 'd') run(() => duplicate(node))
      else if (command && name === 'c' && window.getSelection()?.isCollapsed !== false) run(() => copy(node))
      else if (command && name === 'v') {
        const slot = findNode(definition, node)?.slot
        if (slot) run(() => paste({ ...slot, index: slot.index + 1 }))
      } else if (event.altKey && (name === 'arrowup' || name === 'arrowdown'))
        run(() => change((old) => shiftNode(old, node, name === 'arrowup' ? 'up' : 'down')))
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [change, copy, definition, draft.redo, draft.undo, duplicate, moving, paste, remove, selected])

  return { selected, select: setSelected, edit, moving, stopMoving: () => setMoving(undefined) }
}
