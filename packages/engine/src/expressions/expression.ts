import { NodeError } from '../core/errors.ts'
import { isForbiddenKey, isJsonObject, type Json, type JsonObject, toJson } from '../core/json.ts'
import { compileEvaluate } from './interpret.ts'
import { EXPRESSION_LIMITS } from './limits.ts'
import { compilePath, readPath, type Step, scanPath, type VariablePath } from './path.ts'
import { findRoot, type RootName, type Roots } from './roots.ts'
import { type AstNode, analyseSyntax, type Syntax } from './syntax.ts'
import { checkTextSize, textTooLong } from './values.ts'

/** Evaluates JSONata where it can be killed. `bindings` are the variables; `bindings.$` is the input document, if any. */
export type SandboxEvaluate = (
  source: string,
  bindings: JsonObject,
  options: { signal?: AbortSignal },
) => Promise<Json | undefined>

export interface EvaluateOptions {
  sandbox?: SandboxEvaluate
  /** Ends an evaluation in the sandbox. */
  signal?: AbortSignal
  /** The input document of an expression compiled with `input`. */
  input?: Json
}

/** One read of the roots, for the check that what is referred to exists and runs before. */
export interface Reference {
  root: RootName
  /** Names and fixed indices as far as they are known; empty when the whole root is used. */
  path: readonly Step[]
}

/** `path` and `sync` answer at once; `async` runs JSONata in this process; `sandbox` only where it can be killed. */
export type ExpressionKind = 'path' | 'sync' | 'async' | 'sandbox'

export interface Expression {
  source: string
  kind: ExpressionKind
  references: readonly Reference[]
  /** Undefined for a missing value; a promise only for the kinds `async` and `sandbox`.
   *  @throws NodeError `expression_failed`, `expression_limit`, `expression_not_allowed` */
  evaluate(roots: Roots, options?: EvaluateOptions): Json | undefined | Promise<Json | undefined>
}

export interface ExpressionOptions {
  /** The expression is evaluated over an input document (`EvaluateOptions.input`): names may stand without a root. */
  input?: boolean
  /** `$secrets` may be read. */
  secrets?: boolean
}

/** Compiles one expression, written without `{{ }}`.
 *  @throws SyntaxError with a sentence for the author */
export function compileExpression(source: string, options: ExpressionOptions = {}): Expression {
  if (source.trim() === '') throw new SyntaxError('The expression is empty.')
  const path = scanPath(source.trim())
  if (path) {
    if (!findRoot(path.variable)) throw new SyntaxError(`There is no $${path.variable}.`)
    const read = compilePath(path)
    return { source, kind: 'path', references: toReferences([path], options), evaluate: read }
  }
  const syntax = analyseSyntax(source, options.input ?? false)
  const references = toReferences(syntax.paths, options)
  if (!syntax.cheap) return { source, kind: 'sandbox', references, evaluate: sandboxed(source, syntax) }
  // Constructors iterate over an input document, so only JSONata itself may answer then.
  const evaluate = options.input ? undefined : compileEvaluate(syntax.ast)
  if (evaluate) return { source, kind: 'sync', references, evaluate: (roots) => finite(evaluate(roots)) }
  return { source, kind: 'async', references, evaluate: inProcess(source, syntax) }
}

function toReferences(paths: readonly VariablePath[], options: ExpressionOptions): Reference[] {
  return paths.map(({ variable, steps }) => {
    const { name, path } = findRoot(variable)!
    if (name === 'secrets' && !options.secrets) throw new SyntaxError('Secrets can’t be used here.')
    if (name === 'secrets' && typeof steps[0] !== 'string')
      throw new SyntaxError('Secrets are read one by one: $secrets.NAME.')
    return { root: name, path: [...path, ...steps] }
  })
}

function finite(value: Json | undefined): Json | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new NodeError('expression_failed', 'the result is not a finite number')
  return value
}

// Over its bounds an expression goes on where it can be killed.
const OVER_BOUNDS = new Set(['D1011', 'D1012', 'D2015'])

function inProcess(source: string, syntax: Syntax): Expression['evaluate'] {
  const { compiled, paths, textOperands, needsCopy } = syntax
  // JSONata looks hooks up among the variables; `assign` takes any key, though it is typed as text.
  compiled.assign(Symbol.for('jsonata.__evaluate_exit') as unknown as string, checkResult)

  function checkResult(node: AstNode, _input: unknown, _environment: unknown, result: unknown): void {
    if (typeof result === 'string') {
      if (result.length > EXPRESSION_LIMITS.maxTextLength) throw textTooLong()
    } else if (textOperands.has(node)) checkTextSize(result as Json)
  }

  return async (roots, options = {}) => {
    try {
      const input = needsCopy && options.input !== undefined ? toJson(options.input) : options.input
      const bindings = bind(paths, roots)
      const result: unknown = await compiled.evaluate(input, needsCopy ? (toJson(bindings) as JsonObject) : bindings)
      // One part may occur in the result many times, and is copied each time.
      checkTextSize(result as Json)
      return result === undefined ? undefined : finite(typeof result === 'number' ? result : toJson(result))
    } catch (error) {
      if (error instanceof NodeError) throw error
      const { code, message } = error as { code?: string; message?: string }
      if (!OVER_BOUNDS.has(code ?? ''))
        throw new NodeError('expression_failed', message ?? 'the evaluation failed', { cause: error })
      if (!options.sandbox)
        throw new NodeError('expression_limit', `it is too costly to run in this process (${message})`)
      return await sandboxed(source, syntax)(roots, options)
    }
  }
}

function sandboxed(source: string, { paths }: Syntax): Expression['evaluate'] {
  return async (roots, { sandbox, signal, input } = {}) => {
    if (!sandbox)
      throw new NodeError(
        'expression_not_allowed',
        'functions, regular expressions, ranges and heavy built-ins need a sandbox runner; configure one or simplify the expression',
      )
    const bindings = bind(paths, roots)
    return sandbox(source, input === undefined ? bindings : { ...bindings, $: input }, signal ? { signal } : {})
  }
}

// Binds what the expression names and no more: what goes to a sandbox is copied, and secrets stay where they are.
function bind(paths: readonly VariablePath[], roots: Roots): JsonObject {
  const bindings: JsonObject = {}
  for (const { variable, steps } of paths) {
    const { name, path } = findRoot(variable)!
    const root = readPath(roots[name], path)
    if (root === undefined) continue
    const [first] = steps
    if (typeof first !== 'string' || !isJsonObject(root)) {
      bindings[variable] = root
    } else {
      bindings[variable] ??= {}
      const part = bindings[variable]
      if (part !== root && Object.hasOwn(root, first) && !isForbiddenKey(first))
        (part as JsonObject)[first] = root[first]!
    }
  }
  return bindings
}
