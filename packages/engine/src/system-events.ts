import type { JsonObject } from './core/json.ts'

export interface SystemEvent {
  name: string
  title: string
  description: string
  /** JSON Schema of the parameters. */
  schema: JsonObject
}

const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }
const object = (properties: JsonObject): JsonObject => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})
const user = object({ id: text, email: text, roles: { type: 'array', items: text } })
const workflow = object({ key: text, title: text })

const EVENTS = {
  'system.user.signedIn': {
    title: 'A user signed in',
    description: 'With address and password.',
    schema: object({ user }),
  },
  'system.user.created': {
    title: 'A user was created',
    description: 'By an administrator.',
    schema: object({ user }),
  },
  'system.execution.failed': {
    title: 'An execution failed',
    description: 'Of any workflow; debug runs are left out. To answer only some workflows, use the trigger "Failure".',
    schema: object({
      execution: object({ id: text, workflow: text, trigger: text }),
      error: object({ code: text, message: text }),
      node: optionalText,
    }),
  },
  'system.collection.created': {
    title: 'A collection was created',
    description: 'Its table is there when listeners run.',
    schema: object({ collection: text }),
  },
  'system.collection.altered': {
    title: 'A collection was altered',
    description: 'Its fields or its title.',
    schema: object({ collection: text }),
  },
  'system.collection.dropped': {
    title: 'A collection was dropped',
    description: 'With all its records.',
    schema: object({ collection: text }),
  },
  'system.workflow.deployed': {
    title: 'A workflow was deployed',
    description: 'A new version, or an older one by a rollback, is live.',
    schema: object({ workflow, version: { type: 'integer' } }),
  },
  'system.workflow.enabled': {
    title: 'A workflow was enabled',
    description: 'Not heard by that workflow itself.',
    schema: object({ workflow }),
  },
  'system.workflow.disabled': {
    title: 'A workflow was disabled',
    description: 'Not heard by that workflow itself.',
    schema: object({ workflow }),
  },
  'system.task.created': {
    title: 'A task waits for a decision',
    description: 'Of a manual review.',
    schema: object({
      task: object({
        title: text,
        node: text,
        executionId: text,
        users: { type: 'array', items: text },
        roles: { type: 'array', items: text },
      }),
    }),
  },
  'system.task.decided': {
    title: 'A task was decided',
    description: 'By one of its assignees.',
    schema: object({
      task: object({ id: text, title: text, node: text, executionId: text }),
      decision: text,
      comment: optionalText,
      user: { type: ['object', 'null'] },
    }),
  },
} satisfies Record<`system.${string}`, Omit<SystemEvent, 'name'>>

export type SystemEventName = keyof typeof EVENTS

/** What the product itself emits; listened to like any other event. */
export const SYSTEM_EVENTS: ReadonlyMap<string, SystemEvent> = new Map(
  Object.entries(EVENTS).map(([name, event]) => [name, { name, ...event }]),
)
