import { NodeError } from '../core/errors.ts'
import { isForbiddenKey, type Json, type JsonObject } from '../core/json.ts'
import { EXPRESSION_LIMITS } from './limits.ts'
import { compilePath } from './path.ts'
import { findRoot, type Roots } from './roots.ts'
import { type AstNode, readSteps } from './syntax.ts'
import { isNumber, isSameJson, isTruthy, textTooLong, toJsonataText } from './values.ts'

/** Evaluates an expression without promises. */
export type Evaluate = (roots: Roots) => Json | undefined
type Operator = (left: Json | undefined, right: Json | undefined) => Json | undefined

/** Turns the simple part of JSONata — paths of names and fixed indices, literals, operators, `?:`, constructors — into
 *  closures, because its own evaluator makes promises for every node. Undefined for all else: where JSONata's rules are
 *  intricate they aren't repeated here. A property test holds both to the same answers. */
export function compileEvaluate(node: AstNode): Evaluate | undefined {
  if (node.type === 'path' || node.type === 'variable') return compileVariable(node)
  if (!isPlain(node)) return undefined
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const value = node.value as Json
      return () => value
    }
    case 'binary':
      return compileBinary(node)
    case 'unary':
      return node.value === '-' ? compileMinus(node) : node.value === '[' ? compileArray(node) : compileObject(node)
    case 'condition':
      return compileCondition(node)
    case 'block':
      return node.expressions!.length === 1 ? compileEvaluate(node.expressions![0]!) : undefined
    case 'function':
      return compileCall(node)
    default:
      return undefined
  }
}

function isPlain(node: AstNode): boolean {
  return !('predicate' in node || 'stages' in node || 'group' in node || 'keepArray' in node)
}

const PATH_MEMBERS = new Set(['type', 'steps', 'position'])
const STEP_MEMBERS = new Set(['type', 'value', 'position', 'stages', 'predicate'])

function compileVariable(node: AstNode): Evaluate | undefined {
  const nodes = node.type === 'path' ? node.steps! : [node]
  const variable = String(nodes[0]!.value)
  const readable =
    nodes[0]!.type === 'variable' &&
    findRoot(variable) !== undefined &&
    (node.type === 'variable' || Object.keys(node).every((member) => PATH_MEMBERS.has(member))) &&
    nodes.every(
      (step, i) =>
        (i === 0 || step.type === 'name') &&
        Object.keys(step).every((member) => STEP_MEMBERS.has(member)) &&
        (step.stages ?? step.predicate ?? []).every((filter) => filter.expr?.type === 'number'),
    )
  return readable ? compilePath({ variable, steps: readSteps(nodes) }) : undefined
}

const OPERATORS: Record<string, Operator> = {
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  // A missing value is neither equal nor unequal to anything.
  '=': (left, right) => left !== undefined && right !== undefined && isSameJson(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isSameJson(left, right),
  in: (left, right) => left !== undefined && (Array.isArray(right) ? right.includes(left) : left === right),
  '&': (left, right) => {
    const text = toJsonataText(left) + toJsonataText(right)
    if (text.length > EXPRESSION_LIMITS.maxTextLength) throw textTooLong()
    return text
  },
}

function arithmetic(compute: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (left !== undefined && !isNumber(left)) throw failed('the left side is not a number')
    if (right !== undefined && !isNumber(right)) throw failed('the right side is not a number')
    return left === undefined || right === undefined ? undefined : compute(left, right)
  }
}

function comparison(compare: (left: number | string, right: number | string) => boolean): Operator {
  return (left, right) => {
    if (!isComparable(left) || !isComparable(right)) throw failed('only numbers and texts can be compared')
    if (left === undefined || right === undefined) return undefined
    if (typeof left !== typeof right) throw failed('a number can’t be compared with a text')
    return compare(left, right)
  }
}

function isComparable(value: Json | undefined): value is number | string | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'string'
}

function compileBinary(node: AstNode): Evaluate | undefined {
  const left = compileEvaluate(node.lhs as AstNode)
  const right = compileEvaluate(node.rhs!)
  if (!left || !right) return undefined
  if (node.value === 'and') return (roots) => isTruthy(left(roots)) && isTruthy(right(roots))
  if (node.value === 'or') return (roots) => isTruthy(left(roots)) || isTruthy(right(roots))
  const operator = OPERATORS[String(node.value)]
  return operator && ((roots) => operator(left(roots), right(roots)))
}

function compileMinus(node: AstNode): Evaluate | undefined {
  const operand = compileEvaluate(node.expression!)
  return (
    operand &&
    ((roots) => {
      const value = operand(roots)
      if (value === undefined) return undefined
      if (!isNumber(value)) throw failed('only a number can be negated')
      return -value
    })
  )
}

function compileCondition(node: AstNode): Evaluate | undefined {
  const condition = compileEvaluate(node.condition!)
  const then = compileEvaluate(node.then!)
  const otherwise = node.else ? compileEvaluate(node.else) : () => undefined
  if (!condition || !then || !otherwise) return undefined
  return (roots) => (isTruthy(condition(roots)) ? then(roots) : otherwise(roots))
}

// Arrays among the items are spliced in, unless they are written as constructors.
function compileArray(node: AstNode): Evaluate | undefined {
  const items = compileAll(node.expressions!)
  if (!items) return undefined
  const nested = node.expressions!.map((item) => item.type === 'unary' && item.value === '[')
  return (roots) => {
    const out: Json[] = []
    for (let i = 0; i < items.length; i++) {
      const value = items[i]!(roots)
      if (Array.isArray(value) && !nested[i]) for (const item of value) out.push(item)
      else if (value !== undefined) out.push(value)
    }
    return out
  }
}

function compileObject(node: AstNode): Evaluate | undefined {
  const pairs = node.lhs as [AstNode, AstNode][]
  const keys = compileAll(pairs.map(([key]) => key))
  const values = compileAll(pairs.map(([, value]) => value))
  if (!keys || !values) return undefined
  return (roots) => {
    const names = keys.map((key) => key(roots))
    const out: JsonObject = {}
    for (const [i, name] of names.entries()) {
      if (name === undefined) continue
      if (typeof name !== 'string') throw failed('a key is not a text')
      if (names.indexOf(name) !== i) throw failed(`the key ${name} occurs twice`)
      const value = values[i]!(roots)
      if (value !== undefined && !isForbiddenKey(name)) out[name] = value
    }
    return out
  }
}

// `??` is parsed to a condition on `$exists`.
function compileCall(node: AstNode): Evaluate | undefined {
  const { procedure, arguments: args } = node
  if (procedure!.type !== 'variable' || args!.length !== 1) return undefined
  const argument = compileEvaluate(args![0]!)
  if (!argument) return undefined
  switch (procedure!.value) {
    case 'exists':
      return (roots) => argument(roots) !== undefined
    case 'boolean':
    case 'not': {
      const negated = procedure!.value === 'not'
      return (roots) => {
        const value = argument(roots)
        return value === undefined ? undefined : isTruthy(value) !== negated
      }
    }
    default:
      return undefined
  }
}

function compileAll(nodes: readonly AstNode[]): Evaluate[] | undefined {
  const compiled = nodes.map(compileEvaluate)
  return compiled.every((one) => one !== undefined) ? compiled : undefined
}

function failed(message: string): NodeError {
  return new NodeError('expression_failed', message)
}
