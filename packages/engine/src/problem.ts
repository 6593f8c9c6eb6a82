export type ProblemCode =
  | 'duplicate_key'
  | 'invalid_config'
  | 'invalid_expression'
  | 'invalid_shape'
  | 'limit_in_sync'
  | 'not_callable'
  | 'not_transactional'
  | 'outside_before_action'
  | 'reference_not_before'
  | 'response_outside_webhook'
  | 'secret_not_allowed'
  | 'sync_not_supported'
  | 'too_many_nodes'
  | 'transactional_not_sync'
  | 'unknown_association'
  | 'unknown_branch'
  | 'unknown_collection'
  | 'unknown_event'
  | 'unknown_field'
  | 'unknown_node_type'
  | 'unknown_operator'
  | 'unknown_reference'
  | 'unknown_role'
  | 'unknown_secret'
  | 'unknown_trigger_type'
  | 'unknown_workflow'
  | 'unreachable'
  | 'waits_in_sync'

/** One fault of a definition. A draft with problems can be saved but not deployed. */
export interface Problem {
  /** Dotted, into the definition: `nodes.0.branches.yes.1.config.url`. */
  path: string
  code: ProblemCode
  /** A sentence for the builder. */
  message: string
  /** Key of the node it is in. */
  node?: string
}
