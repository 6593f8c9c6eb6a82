import type { Json, JsonObject, NodeDefinition } from '../api/types.ts'
import { asText, isObject, strings } from '../lib/json.ts'
import { duration } from '../lib/time.ts'

const OPERATORS: Record<string, string> = {
  equals: '=',
  notEquals: '≠',
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  in: 'is one of',
  empty: 'is empty',
  notEmpty: 'is not empty',
  matches: 'matches',
  before: 'is before',
  after: 'is after',
  isTrue: 'is true',
  isFalse: 'is false',
}

/** `{{$context.data.amount}}` → `amount`; anything longer as it stands, without the braces. */
export function plain(value: Json | undefined): string {
  return asText(value).replace(/\{\{\s*(.*?)\s*\}\}/g, (_all, expression: string) => {
    const path = /^\$[\w$.[\]]+$/.test(expression) ? expression.split('.') : []
    return path.length > 1 ? (path.at(-1) ?? expression) : expression
  })
}

export function conditionText(group: Json | undefined): string {
  if (!isObject(group)) return ''
  const [name, word] = Array.isArray(group.any) ? ['any', ' or '] : ['all', ' and ']
  const list = group[name]
  if (!Array.isArray(list)) return ''
  return list
    .map((item) => {
      if (!isObject(item)) return ''
      if (item.all !== undefined || item.any !== undefined) return `(${conditionText(item)})`
      if (asText(item.left) === '') return ''
      const operator = OPERATORS[asText(item.operator)] ?? asText(item.operator)
      return [plain(item.left), operator, plain(item.right)].filter((part) => part !== '').join(' ')
    })
    .filter((part) => part !== '')
    .join(word)
}

function conditionsOrExpression(config: JsonObject): string {
  return config.expression === undefined ? conditionText(config.conditions) : plain(config.expression)
}

const BY_TYPE: Record<string, (config: JsonObject) => string> = {
  condition: conditionsOrExpression,
  switch: (config) =>
    Array.isArray(config.cases) ? `${config.cases.length} ${config.cases.length === 1 ? 'case' : 'cases'}` : '',
  set: (config) => (isObject(config.values) ? Object.keys(config.values).join(', ') : ''),
  calculate: (config) => plain(config.expression),
  http: (config) => [asText(config.method) || 'GET', plain(config.url)].filter(Boolean).join(' '),
  review: (config) => plain(config.title),
  email: (config) => plain(config.subject),
  notify: (config) => plain(config.title) || plain(config.text),
  message: (config) => plain(config.text),
  'event.emit': (config) => asText(config.name),
  delay: (config) =>
    typeof config.durationMs === 'number'
      ? duration(config.durationMs)
      : config.until
        ? `until ${plain(config.until)}`
        : '',
  response: (config) => (config.status === undefined ? '' : `Status ${asText(config.status)}`),
  end: (config) => plain(config.message) || asText(config.status),
  subWorkflow: (config) => asText(config.workflow),
  loop: (config) => (config.over === undefined ? '' : `over ${plain(config.over)}`),
}

/** One line that tells nodes of the same type apart. */
export function summaryOf(node: Pick<NodeDefinition, 'type' | 'config'>): string {
  const own = BY_TYPE[node.type]?.(node.config)
  if (own) return own
  const { collection } = node.config
  if (typeof collection === 'string') return collection
  return ''
}

export function triggerSummary(trigger: { type: string; config: JsonObject }): string {
  const { config } = trigger
  const collection = asText(config.collection)
  const actions = strings(config.actions)
  const events = strings(config.events)
  if (trigger.type === 'action' && collection)
    return config.mode === 'global'
      ? `${collection}: ${actions.join(', ') || 'create, update'}`
      : `${collection}, when bound`
  if (trigger.type === 'collection' && collection)
    return `${collection}: ${strings(config.on).join(', ') || 'create, update, destroy'}`
  if (trigger.type === 'failure') return strings(config.workflows).join(', ') || 'Of any workflow'
  if (events.length > 0) return events.join(', ')
  if (trigger.type === 'webhook')
    return [strings(config.methods).join(', ') || 'POST', asText(config.path)].join(' ').trim()
  if (config.cron) return [asText(config.cron), asText(config.timeZone)].join(' ').trim()
  if (typeof config.everyMs === 'number') return `Every ${duration(config.everyMs).replace('.0 ', ' ')}`
  if (isObject(config.dateField)) return `${asText(config.dateField.field)} of ${asText(config.dateField.collection)}`
  if (trigger.type === 'manual' && !collection) return 'By a button or a call'
  if (trigger.type === 'call') return 'By a workflow, the API or the SDK'
  return collection
}
