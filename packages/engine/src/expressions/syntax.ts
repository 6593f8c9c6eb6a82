import jsonata from 'jsonata'
import { isCheapFunction, isFunctionName } from './functions.ts'
import { EXPRESSION_LIMITS } from './limits.ts'
import type { Step, VariablePath } from './path.ts'
import { findRoot } from './roots.ts'

/** A node of JSONata's syntax tree, as far as it is looked at; its own types leave most of it out. */
export interface AstNode {
  type: string
  value?: unknown
  steps?: AstNode[]
  /** Filters of a step, and of anything that isn't a step. */
  stages?: AstFilter[]
  predicate?: AstFilter[]
  expressions?: AstNode[]
  expression?: AstNode
  lhs?: AstNode | [AstNode, AstNode][]
  rhs?: AstNode
  condition?: AstNode
  then?: AstNode
  else?: AstNode
  procedure?: AstNode
  arguments?: AstNode[]
}

export interface AstFilter {
  type: string
  expr: AstNode
}

export interface Syntax {
  ast: AstNode
  compiled: jsonata.Expression
  /** Bounded: may be evaluated in this process. */
  cheap: boolean
  /** What is read of the roots; `steps` is empty where the whole root is used. */
  paths: VariablePath[]
  /** Nodes whose value is turned into text, so that its size is looked at before. */
  textOperands: ReadonlySet<AstNode>
  /** JSONata may write into what it reads: `[]` marks the array before it, and an object constructor adds a member to an
   *  empty array that it is applied to. It must get a copy. */
  needsCopy: boolean
}

const CHEAP_TYPES = new Set(
  'path name string number value variable wildcard unary binary condition block function filter'.split(' '),
)
/** Members that change what a node means: groupings, positional and context variables, ancestors. */
const COSTLY_MEMBERS = ['group', 'focus', 'index', 'tuple', 'ancestor', 'seekingParent']
/** Members that are evaluated with another context than the node itself. */
const RELATIVE_MEMBERS = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete'])

/** Parses an expression and finds out what it reads and whether it may run in this process.
 *  @param input there is an input document, so names may stand without a root
 *  @throws SyntaxError with a sentence for the author */
export function analyseSyntax(source: string, input: boolean): Syntax {
  if (source.length > EXPRESSION_LIMITS.maxSourceLength)
    throw new SyntaxError(`An expression has ${EXPRESSION_LIMITS.maxSourceLength} characters at most.`)
  const compiled = parse(source)
  const ast = compiled.ast() as AstNode
  const locals = new Set<string>()
  const paths: VariablePath[] = []
  const textOperands = new Set<AstNode>()
  let cheap = true
  let needsCopy = false

  function visit(node: AstNode, relative: boolean, depth: number, steps?: Step[]): void {
    if (depth > EXPRESSION_LIMITS.maxDepth)
      throw new SyntaxError(`An expression is ${EXPRESSION_LIMITS.maxDepth} levels deep at most.`)
    if (!CHEAP_TYPES.has(node.type) || COSTLY_MEMBERS.some((member) => member in node)) cheap = false
    if (node.type === 'binary' && node.value === '..') cheap = false
    if (node.type === 'binary' && node.value === '&') textOperands.add(node.lhs as AstNode).add(node.rhs!)
    if ('keepArray' in node || (node.type === 'unary' && node.value === '{' && relative)) needsCopy = true
    if (node.type === 'variable') visitVariable(String(node.value), steps ?? readSteps([node]))
    if (node.procedure?.type === 'variable') visitCall(node)
    if (node.type === 'name' && !relative)
      throw new SyntaxError(
        `\`${node.value}\` has no root: start with $context, $nodes, … and put names with special characters in backticks.`,
      )
    for (const [i, step] of (node.steps ?? []).entries())
      visit(step, relative || i > 0, depth + 1, i === 0 ? readSteps(node.steps!) : undefined)
    visitMembers(node, relative, depth)
  }

  function visitMembers(node: AstNode, relative: boolean, depth: number): void {
    for (const [member, value] of Object.entries(node)) {
      if (member === 'steps' || (member === 'procedure' && value.type === 'variable')) continue
      for (const child of nodesIn(value)) visit(child, relative || RELATIVE_MEMBERS.has(member), depth + 1)
    }
  }

  function visitCall(node: AstNode): void {
    const name = String(node.procedure!.value)
    if (!isFunctionName(name) && !locals.has(name)) throw new SyntaxError(`There is no function $${name}().`)
    if (locals.has(name) || !isCheapFunction(name)) cheap = false
    const [first, second] = node.arguments!
    if ((name === 'string' || name === 'join') && first) textOperands.add(first)
    // A long separator multiplies the size of the list.
    if (name === 'join' && second && !(second.type === 'string' && String(second.value).length <= 16)) cheap = false
  }

  function visitVariable(variable: string, steps: Step[]): void {
    // `$` and `$$` are the context and the input document.
    if (variable === '' || variable === '$' || locals.has(variable)) return
    if (findRoot(variable)) paths.push({ variable, steps })
    else if (isFunctionName(variable)) cheap = false
    else throw new SyntaxError(`There is no $${variable}.`)
  }

  collectLocals(ast, locals)
  visit(ast, input, 0)
  return { ast, compiled, cheap, paths, textOperands, needsCopy }
}

function parse(source: string): jsonata.Expression {
  try {
    const { timeoutMs, maxStack, maxSequenceLength } = EXPRESSION_LIMITS
    return jsonata(source, { timeout: timeoutMs, stack: maxStack, sequence: maxSequenceLength })
  } catch (error) {
    // JSONata throws plain objects; very deep nesting ends in a RangeError.
    const message = (error as { message?: string }).message ?? 'The expression can’t be read.'
    throw new SyntaxError(error instanceof RangeError ? 'The expression is nested too deeply.' : message)
  }
}

/** The names and fixed indices behind the variable that begins a path, up to the first step of another kind. */
export function readSteps(nodes: readonly AstNode[]): Step[] {
  const steps: Step[] = []
  for (const [i, node] of nodes.entries()) {
    if (i > 0 && node.type !== 'name') break
    if (i > 0) steps.push(String(node.value))
    const filters = node.stages ?? node.predicate ?? []
    for (const filter of filters) {
      if (filter.expr?.type !== 'number') return steps
      steps.push(Math.floor(filter.expr.value as number))
    }
  }
  return steps
}

function* nodesIn(value: unknown): Generator<AstNode> {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return
  if ('type' in value) yield value as AstNode
  else for (const child of Object.values(value)) yield* nodesIn(child)
}

// Names bound anywhere in the expression: `:=`, parameters of lambdas, `@$x` and `#$i`.
function collectLocals(value: unknown, locals: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  const node = value as Record<string, unknown>
  if (node.type === 'bind') locals.add(String((node.lhs as AstNode).value))
  if (node.type === 'lambda') for (const parameter of node.arguments as AstNode[]) locals.add(String(parameter.value))
  for (const name of [node.focus, node.index, node.type === 'index' ? node.value : undefined])
    if (typeof name === 'string') locals.add(name)
  for (const child of Object.values(node)) collectLocals(child, locals)
}
