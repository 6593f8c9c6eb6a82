export type { TextEncoding } from './encode-text.ts'
export {
  compileExpression,
  type EvaluateOptions,
  type Expression,
  type ExpressionKind,
  type ExpressionOptions,
  type Reference,
  type SandboxEvaluate,
} from './expression.ts'
export { EXPRESSION_LIMITS } from './limits.ts'
export { compilePattern } from './pattern.ts'
export { type MaskedValue, resolveTemplate, resolveWithMask } from './resolve-template.ts'
export { type LoopScope, ROOT_NAMES, type RootName, type Roots } from './roots.ts'
export {
  compileTemplate,
  type Members,
  type Template,
  type TemplateOptions,
  type TemplateProblem,
  type TemplateReference,
} from './template.ts'
export { isSameJson, isTruthy, toText } from './values.ts'
