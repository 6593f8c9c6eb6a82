import { NodeError } from '../core/errors.ts'
import { isForbiddenKey, type Json, type JsonObject } from '../core/json.ts'
import { compileExpression, type EvaluateOptions, type Expression, type Reference } from './expression.ts'
import { EXPRESSION_LIMITS } from './limits.ts'
import type { Roots } from './roots.ts'
import { splitText } from './split-text.ts'
import { textTooLong, toText } from './values.ts'

/** Members of a config with all below them, as dotted paths, e.g. `['id', 'filter', 'sort.0']`; or the whole config. */
export type Members = boolean | readonly string[]

export interface TemplateOptions {
  /** A missing value fails the node instead of becoming null or empty text: filters, ids, amounts. */
  strict?: Members
  /** Where `$secrets` may be read. */
  secrets?: Members
  /** Taken as it stands. */
  raw?: Members
  /** Texts that are an expression also without `{{ }}`. */
  bare?: Members
}

export interface TemplateProblem {
  /** Into the config, dotted. */
  path: string
  code: 'expression_invalid'
  message: string
}

export interface TemplateReference extends Reference {
  source: string
  /** Into the config, dotted. */
  at: string
}

/** A config whose expressions are compiled. Compile once per definition; resolve once per node run. */
export interface Template {
  readonly part: Part
  readonly references: readonly TemplateReference[]
  readonly problems: readonly TemplateProblem[]
  /** Holds expressions that only a sandbox may evaluate. */
  readonly sandboxed: boolean
}

type ExpressionPart = { kind: 'expression'; expression: Expression; strict: boolean; at: string; async: boolean }
type Part =
  | { kind: 'static'; value: Json; async: boolean }
  | ExpressionPart
  | { kind: 'text'; parts: (string | ExpressionPart)[]; at: string; async: boolean }
  | { kind: 'array'; items: Part[]; async: boolean }
  | { kind: 'object'; keys: string[]; items: Part[]; async: boolean }

/** Compiles the `{{ }}` in the texts of a config; keys are left alone. Never throws: what is wrong is in `problems`, and
 *  resolving the member fails. */
export function compileTemplate(value: Json, options: TemplateOptions = {}): Template {
  const references: TemplateReference[] = []
  const problems: TemplateProblem[] = []
  let sandboxed = false

  function compile(item: Json, at: string): Part {
    if (typeof item === 'object' && item !== null && !covers(options.raw, at)) {
      const keys = Object.keys(item).filter((key) => !isForbiddenKey(key))
      const items = keys.map((key) => compile((item as JsonObject)[key]!, at === '' ? key : `${at}.${key}`))
      if (items.some((one) => one.kind !== 'static')) {
        const async = items.some((one) => one.async)
        return Array.isArray(item) ? { kind: 'array', items, async } : { kind: 'object', keys, items, async }
      }
    } else if (typeof item === 'string' && !covers(options.raw, at)) {
      return compileText(item, at)
    }
    return { kind: 'static', value: item, async: false }
  }

  function compileText(text: string, at: string): Part {
    if (!text.includes('{{'))
      return covers(options.bare, at) ? compileOne(text, at) : { kind: 'static', value: text, async: false }
    const { parts, closed } = splitText(text)
    if (!closed) return invalid(text, at, '`{{` without `}}`. Write {{"{{"}} for the characters themselves.')
    if (parts.length === 1 && 'source' in parts[0]!) return compileOne(parts[0].source, at)
    const compiled = parts.map((part) => ('text' in part ? part.text : compileOne(part.source, at)))
    return {
      kind: 'text',
      parts: compiled,
      at,
      async: compiled.some((part) => typeof part !== 'string' && part.async),
    }
  }

  function compileOne(source: string, at: string): ExpressionPart {
    try {
      const expression = compileExpression(source, { secrets: covers(options.secrets, at) })
      for (const reference of expression.references) references.push({ ...reference, source, at })
      if (expression.kind === 'sandbox') sandboxed = true
      const async = expression.kind === 'async' || expression.kind === 'sandbox'
      return { kind: 'expression', expression, strict: covers(options.strict, at), at, async }
    } catch (error) {
      return invalid(source, at, (error as SyntaxError).message)
    }
  }

  function invalid(source: string, at: string, message: string): ExpressionPart {
    problems.push({ path: at, code: 'expression_invalid', message })
    const evaluate = () => {
      throw new NodeError('expression_invalid', message)
    }
    return {
      kind: 'expression',
      expression: { source, kind: 'sync', references: [], evaluate },
      strict: true,
      at,
      async: false,
    }
  }

  return { part: compile(value, ''), references, problems, sandboxed }
}

function covers(members: Members | undefined, at: string): boolean {
  if (typeof members === 'object')
    return members.some((member) => at.startsWith(member) && (at.length === member.length || at[member.length] === '.'))
  return members ?? false
}

/** Puts values in place of the expressions. A promise only when an expression needs JSONata or the sandbox. The result
 *  shares what is static with the config and what was read with the roots: don't change it.
 *  @throws NodeError `unresolved_reference`, `expression_failed`, `expression_limit`, `expression_not_allowed`,
 *  `expression_invalid`, with `path` into the config */
export function resolveTemplate(template: Template, roots: Roots, options?: EvaluateOptions): Json | Promise<Json> {
  return template.part.async ? resolveLater(template.part, roots, options) : resolveNow(template.part, roots, options)
}

function resolveNow(part: Part, roots: Roots, options?: EvaluateOptions): Json {
  switch (part.kind) {
    case 'static':
      return part.value
    case 'expression':
      return (evaluateNow(part, roots, options) as Json | undefined) ?? null
    case 'text': {
      let text = ''
      for (const piece of part.parts)
        text += typeof piece === 'string' ? piece : toText(evaluateNow(piece, roots, options))
      return checkText(text, part.at)
    }
    case 'array': {
      const out: Json[] = []
      for (const item of part.items) out.push(resolveNow(item, roots, options))
      return out
    }
    case 'object': {
      const out: JsonObject = {}
      for (let i = 0; i < part.keys.length; i++) out[part.keys[i]!] = resolveNow(part.items[i]!, roots, options)
      return out
    }
  }
}

// The same walk with waiting, one expression after the other so that none is left behind when one fails.
async function resolveLater(part: Part, roots: Roots, options?: EvaluateOptions): Promise<Json> {
  if (!part.async) return resolveNow(part, roots, options)
  switch (part.kind) {
    case 'static':
      return part.value
    case 'expression':
      return (await evaluateLater(part, roots, options)) ?? null
    case 'text': {
      let text = ''
      for (const piece of part.parts)
        text += typeof piece === 'string' ? piece : toText(await evaluateLater(piece, roots, options))
      return checkText(text, part.at)
    }
    case 'array': {
      const out: Json[] = []
      for (const item of part.items) out.push(await resolveLater(item, roots, options))
      return out
    }
    case 'object': {
      const out: JsonObject = {}
      for (let i = 0; i < part.keys.length; i++) out[part.keys[i]!] = await resolveLater(part.items[i]!, roots, options)
      return out
    }
  }
}

function evaluateNow(part: ExpressionPart, roots: Roots, options?: EvaluateOptions): Json | undefined {
  let value: Json | undefined
  try {
    // Parts that answer later never come here.
    value = part.expression.evaluate(roots, options) as Json | undefined
  } catch (error) {
    throw located(error, part)
  }
  return checkResolved(value, part)
}

async function evaluateLater(part: ExpressionPart, roots: Roots, options?: EvaluateOptions): Promise<Json | undefined> {
  let value: Json | undefined
  try {
    value = await part.expression.evaluate(roots, options)
  } catch (error) {
    throw located(error, part)
  }
  return checkResolved(value, part)
}

function checkResolved(value: Json | undefined, part: ExpressionPart): Json | undefined {
  if (value === undefined && part.strict)
    throw new NodeError('unresolved_reference', `{{${part.expression.source}}} has no value.`, { path: part.at })
  return value
}

function checkText(text: string, at: string): string {
  if (text.length > EXPRESSION_LIMITS.maxTextLength)
    throw new NodeError('expression_limit', textTooLong().message, { path: at })
  return text
}

function located(error: unknown, part: ExpressionPart): unknown {
  if (!(error instanceof NodeError)) return error
  const { code, message, retryable, cause } = error
  return new NodeError(code, `{{${part.expression.source}}}: ${message}`, { path: part.at, retryable, cause })
}
