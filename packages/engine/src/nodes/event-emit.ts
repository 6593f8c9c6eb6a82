import { z } from 'zod'
import { jsonValue, textField } from './config-fields.ts'
import { defineNode, transactionOf } from './define-node.ts'

/** Names that only the product itself emits, e.g. `system.execution.failed`. */
export function isReservedEventName(name: string): boolean {
  return /^system(\.|$)/.test(name)
}

/** Of an event's delay: 366 days. */
export const MAX_EVENT_DELAY_MS = 31_622_400_000

export const eventName = z
  .string()
  .max(128)
  .regex(/^[\p{L}_][\p{L}\p{N}_.:-]*$/u, 'An event name holds letters, digits and _ . : -')

export const eventEmitNode = defineNode({
  type: 'event.emit',
  title: 'Create event',
  summary: 'Emits an event; every workflow that listens to it starts.',
  category: 'out',
  icon: 'broadcast',
  config: z.strictObject({
    name: eventName
      .refine((name) => !isReservedEventName(name), 'Names that start with "system" are reserved.')
      .meta({ title: 'Event', widget: 'event', placeholder: 'sku_reorder' }),
    params: z.record(z.string(), jsonValue).default({}).meta({ title: 'Parameters', widget: 'keyValue' }),
    delayMs: z.int().min(0).max(MAX_EVENT_DELAY_MS).optional().meta({ title: 'Delay', widget: 'duration' }),
    orderingKey: textField(
      { title: 'Ordering key', description: 'Events with the same key are handled one after the other.' },
      z.string().max(200),
    ).optional(),
  }),
  output: z.object({ id: z.string(), executionIds: z.array(z.string()) }),
  traits: { effect: 'write' },
  strict: ['name', 'orderingKey'],
  async run({ name, params, delayMs, orderingKey }, context) {
    const { id, executionIds } = await context.ports.events.emit(transactionOf(context), {
      name,
      params,
      source: { executionId: context.executionId, path: context.path, depth: context.depth, debug: context.debug },
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(orderingKey === undefined ? {} : { orderingKey }),
    })
    return { kind: 'done', output: { id, executionIds } }
  },
})
