/** Bounds of expressions that run in this process. Over them a node fails with `expression_limit`. */
export const EXPRESSION_LIMITS = {
  maxSourceLength: 10_000,
  /** Nesting of the parsed expression. */
  maxDepth: 100,
  /** Characters of one string that an expression or a text template makes. */
  maxTextLength: 1_048_576,
  /** Items of one intermediate sequence. */
  maxSequenceLength: 100_000,
  /** How long JSONata may hold the process; past it the sandbox takes over, where there is one. */
  timeoutMs: 500,
  /** Evaluations that JSONata may have open at once. */
  maxStack: 2_000,
} as const
