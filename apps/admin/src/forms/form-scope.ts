import { createContext, type ReactNode, useContext } from 'react'
import type { Collection, Json, JsonObject, Schema } from '../api/types.ts'
import type { VariableGroup } from './variables.ts'

/** What all fields of a form share. */
export interface FormScopeValue {
  /** What expressions can refer to; without, values are plain. */
  variables: VariableGroup[]
  labels: ReadonlyMap<string, string>
  /** Names of the secrets that expressions of secret members can refer to. */
  secrets: string[]
  collections: Collection[]
  /** Name of the collection that the trigger of the workflow is about. */
  triggerCollection?: string
  /** Paths of members that hold one expression without braces. */
  bare: string[]
  sync: boolean
  /** What a list holds while the config doesn't say, by path. */
  defaults: ReadonlyMap<string, Json>
  /** Messages by path of the member, e.g. `values.amount`. */
  problems: ReadonlyMap<string, string>
}

const Context = createContext<FormScopeValue>({
  variables: [],
  labels: new Map(),
  secrets: [],
  collections: [],
  bare: [],
  sync: false,
  defaults: new Map(),
  problems: new Map(),
})
export const FormScope = Context.Provider

export function useFormScope(): FormScopeValue {
  return useContext(Context)
}

/** What every control of a schema form gets. */
export interface WidgetProps {
  schema: Schema
  label: string
  required: boolean
  path: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  /** The object that the member belongs to. */
  siblings: JsonObject
  /** A form for an object inside; handed down, because widgets and forms contain each other. */
  renderForm: (schema: Schema, path: string, value: JsonObject, onChange: (value: JsonObject) => void) => ReactNode
}

/** The fields that a filter, sort or values control of a node works on: those of the collection named beside it. */
export function useSiblingCollection(siblings: JsonObject): Collection | undefined {
  const { collections } = useFormScope()
  return collections.find(({ name }) => name === siblings.collection)
}
