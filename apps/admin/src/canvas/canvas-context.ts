import { createContext, useContext } from 'react'
import type { Catalog, Definition } from '../api/types.ts'
import type { Slot } from './edit-definition.ts'
import type { RunStates } from './run-states.ts'

/** What the cards and lines of a canvas need; editing is possible when `edit` is there. */
export interface CanvasContextValue {
  definition: Definition
  catalog: Catalog | undefined
  selected: string | undefined
  onSelect: (key: string | undefined) => void
  /** Problems by node key. */
  problems?: ReadonlyMap<string, number>
  runs?: RunStates
  edit?: CanvasEdit
}

export interface CanvasEdit {
  /** The node that is being moved: the next `+` takes it. */
  moving: string | undefined
  /** A node on the clipboard. */
  canPaste: boolean
  insert: (slot: Slot, type: string) => void
  paste: (slot: Slot) => void
  placeMoving: (slot: Slot) => void
  startMoving: (key: string | undefined) => void
  remove: (key: string) => void
  duplicate: (key: string) => void
  copy: (key: string) => void
  shift: (key: string, direction: 'up' | 'down') => void
}

const Context = createContext<CanvasContextValue | undefined>(undefined)
export const CanvasProvider = Context.Provider

export function useCanvas(): CanvasContextValue {
  const value = useContext(Context)
  if (!value) throw new Error('This component belongs into a Canvas.')
  return value
}
