import { z } from 'zod'
import { toList } from '../nodes/config-fields.ts'
import { eventName } from '../nodes/event-emit.ts'
import { defineTrigger } from './define-trigger.ts'

export const eventTrigger = defineTrigger({
  type: 'event',
  title: 'Event',
  summary: 'Starts when one of the chosen events is emitted.',
  icon: 'broadcast',
  config: z.strictObject({
    events: z
      .preprocess(toList, z.array(eventName).min(1).max(100))
      .meta({ title: 'Events', widget: 'event', placeholder: 'sku_reorder' }),
    allowSelfTrigger: z.boolean().optional().meta({
      title: 'May start itself',
      description: 'Without it the workflow is skipped when it is already in the chain that led to the event.',
    }),
  }),
  sync: 'never',
  subjects: ({ events }) => events,
  variables: { event: 'Id, name and time of the event.', param: 'The parameters of the event.' },
  aliases: { $param: 'param' },
})
