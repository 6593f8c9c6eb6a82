import { NodeError } from '../core/errors.ts'
import { isForbiddenKey, type Json, type JsonObject } from '../core/json.ts'
import type { TextEncoding } from './encode-text.ts'
import { compileExpression, type Expression, type Reference } from './expression.ts'
import { splitText } from './split-text.ts'

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
  /** Members whose text has a syntax: values that are put into it are encoded. One that is a single expression is not. */
  encode?: Readonly<Record<string, TextEncoding>>
  /** Members at the top that are an expression over another member as its input document, e.g. `{ expression: 'source' }`. */
  over?: Readonly<Record<string, string>>
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
  /** Holds expressions that read `$secrets`. */
  readonly secret: boolean
}

export type ExpressionPart = {
  kind: 'expression'
  expression: Expression
  strict: boolean
  at: string
  async: boolean
  /** Names of the secrets that it reads. */
  secrets: readonly string[]
  /** The member whose value is the input document. */
  over?: string
}
export type TextPart = {
  kind: 'text'
  parts: (string | ExpressionPart)[]
  at: string
  async: boolean
  /** Some part reads a secret. */
  secret: boolean
  encoding: TextEncoding | undefined
}
export type Part =
  | { kind: 'static'; value: Json; async: boolean }
  | ExpressionPart
  | TextPart
  | { kind: 'array'; items: Part[]; async: boolean }
  | { kind: 'object'; keys: string[]; items: Part[]; async: boolean }

/** Compiles the `{{ }}` in the texts of a config; keys are left alone. Never throws: what is wrong is in `problems`, and
 *  resolving the member fails. */
export function compileTemplate(value: Json, options: TemplateOptions = {}): Template {
  const { over } = options
  const references: TemplateReference[] = []
  const problems: TemplateProblem[] = []
  let sandboxed = false

  function compile(item: Json, at: string): Part {
    if (typeof item === 'object' && item !== null && !covers(options.raw, at)) {
      const keys = Object.keys(item).filter((key) => !isForbiddenKey(key))
      // What is evaluated over another member comes after it.
      if (at === '' && over) keys.sort((a, b) => Number(a in over) - Number(b in over))
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
    if (over?.[at] !== undefined) return invalid(text, at, 'One expression stands here, without text around it.')
    const compiled = parts.map((part) => ('text' in part ? part.text : compileOne(part.source, at)))
    return {
      kind: 'text',
      parts: compiled,
      at,
      async: compiled.some((part) => typeof part !== 'string' && part.async),
      secret: compiled.some((part) => typeof part !== 'string' && part.secrets.length > 0),
      encoding: options.encode?.[at],
    }
  }

  function compileOne(source: string, at: string): ExpressionPart {
    try {
      const input = over?.[at]
      const expression = compileExpression(source, {
        secrets: covers(options.secrets, at),
        input: input !== undefined,
      })
      for (const reference of expression.references) references.push({ ...reference, source, at })
      if (expression.kind === 'sandbox') sandboxed = true
      const async = expression.kind === 'async' || expression.kind === 'sandbox'
      const secrets = expression.references.flatMap(({ root, path }) => (root === 'secrets' ? [String(path[0])] : []))
      const strict = covers(options.strict, at)
      const part: ExpressionPart = { kind: 'expression', expression, strict, at, async, secrets }
      return input === undefined ? part : { ...part, over: input }
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
      secrets: [],
    }
  }

  const part = compile(value, '')
  return { part, references, problems, sandboxed, secret: references.some(({ root }) => root === 'secrets') }
}

function covers(members: Members | undefined, at: string): boolean {
  if (typeof members === 'object')
    return members.some((member) => at.startsWith(member) && (at.length === member.length || at[member.length] === '.'))
  return members ?? false
}
