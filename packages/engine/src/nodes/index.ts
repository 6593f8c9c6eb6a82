import { calculateNode } from './calculate.ts'
import { conditionNode } from './condition.ts'
import type { NodeType } from './define-node.ts'
import { delayNode } from './delay.ts'
import { emailNode } from './email.ts'
import { endNode } from './end.ts'
import { eventEmitNode } from './event-emit.ts'
import { httpNode } from './http.ts'
import { javascriptNode } from './javascript.ts'
import { messageNode } from './message.ts'
import { notifyNode } from './notify.ts'
import { recordCreateNode } from './record-create.ts'
import { recordDeleteNode } from './record-delete.ts'
import { recordQueryNode } from './record-query.ts'
import { recordUpdateNode } from './record-update.ts'
import { responseNode } from './response.ts'
import { reviewNode } from './review.ts'
import { setNode } from './set.ts'
import { setValuesNode } from './set-values.ts'
import { subWorkflowNode } from './sub-workflow.ts'
import { switchNode } from './switch.ts'
import { transformNode } from './transform.ts'

/** Every node type, in the order of the menu. */
export const nodeTypes: readonly NodeType[] = [
  conditionNode,
  switchNode,
  endNode,
  recordCreateNode,
  recordUpdateNode,
  recordDeleteNode,
  recordQueryNode,
  setNode,
  setValuesNode,
  calculateNode,
  transformNode,
  javascriptNode,
  httpNode,
  emailNode,
  notifyNode,
  eventEmitNode,
  subWorkflowNode,
  responseNode,
  messageNode,
  reviewNode,
  delayNode,
]

const byType: ReadonlyMap<string, NodeType> = new Map(nodeTypes.map((type) => [type.type, type]))

export function findNodeType(type: string): NodeType | undefined {
  return byType.get(type)
}
