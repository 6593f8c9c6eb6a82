import type { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { Problem } from '../problem.ts'
import type { NodeType } from './define-node.ts'
import { prepareConfig } from './prepare-config.ts'

type Issue = z.core.$ZodIssue

/** Does an expression stand at the path, or for a value that holds it? What it gives is known only in a run. */
function isTemplateAt(config: Json, path: readonly PropertyKey[]): boolean {
  let value: Json | undefined = config
  for (const step of path) {
    if (typeof value === 'object' && value !== null) value = (value as Record<PropertyKey, Json>)[step]
    if (typeof value === 'string') return value.includes('{{')
  }
  return false
}

function isIgnorable(issue: Issue, config: Json, base: readonly PropertyKey[]): boolean {
  const path = [...base, ...issue.path]
  // Custom checks know about templates themselves: `$vars.x` as a header name stays wrong whatever the value.
  if (issue.code !== 'custom' && isTemplateAt(config, path)) return true
  return (
    issue.code === 'invalid_union' &&
    issue.errors.length > 0 &&
    issue.errors.some((issues) => issues.every((inner) => isIgnorable(inner, config, path)))
  )
}

function isMissing(config: Json, path: readonly PropertyKey[]): boolean {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)?.[step], config)
  return path.length > 0 && isJsonObject(parent) && parent[String(path.at(-1))] === undefined
}

/** The issues of the alternative that was most likely meant: the one that went wrong deepest inside; none when that is a tie. */
function likelyIssues(issue: z.core.$ZodIssueInvalidUnion): Issue[] {
  const ranked = issue.errors
    .map((issues) => ({ issues, depth: Math.min(...issues.map(({ path }) => path.length)) }))
    .sort((a, b) => b.depth - a.depth)
  const [first, second] = ranked
  if (!first || first.depth === second?.depth) return []
  return first.issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function toProblems(issue: Issue, config: Json): Problem[] {
  const at = (path: readonly PropertyKey[]) => path.map(String).join('.')
  if (issue.code === 'invalid_union') {
    const likely = likelyIssues(issue).filter((inner) => !isIgnorable(inner, config, []))
    if (likely.length > 0) return likely.flatMap((inner) => toProblems(inner, config))
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: at([...issue.path, key]),
      code: 'invalid_config',
      message: `There is no setting "${key}".`,
    }))
  const missing = issue.code !== 'custom' && isMissing(config, issue.path)
  const message = missing ? `"${String(issue.path.at(-1))}" is required.` : issue.message
  return [{ path: at(issue.path), code: 'invalid_config', message }]
}

/** What is wrong with a config whose expressions are resolved. */
export function describeConfigError(error: z.core.$ZodError, config: Json): Problem[] {
  return error.issues.flatMap((issue) => toProblems(issue, config))
}

/** Checks a config as it is saved, expressions unresolved: whatever holds `{{` may turn out to be of any type.
 *  Works for node and trigger types. Paths are relative to the config. */
export function validateConfig(type: Pick<NodeType, 'config' | 'expressions'>, config: JsonObject): Problem[] {
  const prepared = prepareConfig(type, config)
  const parsed = type.config.safeParse(prepared)
  if (parsed.success) return []
  return parsed.error.issues
    .filter((issue) => !isIgnorable(issue, prepared, []))
    .flatMap((issue) => toProblems(issue, prepared))
}
