import type { JsonObject } from '../core/json.ts'
import type { SecretKind } from '../credentials.ts'
import type { Problem } from '../problem.ts'

export interface CollectionInfo {
  /** Names of the fields, system fields included. */
  fields: readonly string[]
  /** The type of a field, for members that take only some. */
  fieldType?(name: string): string | undefined
  /** Its records are not written as those of collections are. */
  readOnly?: boolean
  /** Whether a change of the field, or of what the association leads to, is ever noticed. */
  canChange?(name: string): boolean
  /** The collection that an association (or a dotted path of them) leads to. */
  association(path: string): string | undefined
}

/** What a definition may refer to. What is left out isn't checked. */
export interface ValidationEnv {
  collection(name: string): CollectionInfo | undefined
  workflowKeys?: ReadonlySet<string>
  /** The trigger type of a live workflow, and whether it is sync; undefined for one that was never deployed. */
  workflow?(key: string): { trigger: string; sync: boolean } | undefined
  roles?: ReadonlySet<string>
  /** Their kinds by name. */
  secrets?: ReadonlyMap<string, SecretKind>
  /** What is wrong with a JSON Schema itself; undefined when nothing is. */
  jsonSchemaProblem?(schema: JsonObject): string | undefined
}

export type Report = (problem: Problem) => void

export function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{')
}
