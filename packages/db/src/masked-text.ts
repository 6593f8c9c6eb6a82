import { isUtf8 } from 'node:buffer'
import { type Json, type Masker, NO_MASKER, type NodeRun, type RunError, type Wait } from '@ensue/engine'
import type { FlushItem, InsertItem } from './execution-sql.ts'
import { toJsonText } from './json-text.ts'
import type { NewDelivery } from './queries/delivery.ts'

/** The JSON text of items, without the values of secrets. Only a text in which one is found is taken apart: what names, states
 *  and ids are made of stays as it is, also when it looks like a secret. */
export function toMaskedText(items: readonly (InsertItem | FlushItem)[], masker: Masker): string {
  if (masker === NO_MASKER) return toJsonText(items)
  // Bodies are base64 there: what they hold can't be seen in the text.
  const shown = items.map((item) =>
    'body' in item && item.body ? { ...item, body: maskBody(item.body, masker.text) } : item,
  )
  const text = toJsonText(shown)
  return masker.found(text) ? toJsonText(shown.map((item) => maskItem(item, masker))) : text
}

export function toMaskedEntries(entries: readonly NodeRun[], masker: Masker): string {
  const text = toJsonText(entries)
  return masker.found(text) ? toJsonText(entries.map((entry) => maskNodeRun(entry, masker))) : text
}

function maskItem(item: InsertItem | FlushItem, masker: Masker): InsertItem | FlushItem {
  return {
    ...item,
    ...('context' in item
      ? {
          context: masker.json(item.context),
          label: item.label === undefined ? undefined : masker.cutText(item.label),
          ...maskKeys(item, masker),
        }
      : {}),
    ...('request' in item && item.request ? { request: masker.json(item.request as unknown as Json) } : {}),
    entries: item.entries?.map((entry) => maskNodeRun(entry, masker)),
    error: item.error && maskError(item.error, masker),
    output: item.output && { value: masker.json(item.output.value) },
    response: item.response && masker.json(item.response as unknown as Json),
    messages: item.messages?.map(masker.text),
  } as InsertItem | FlushItem
}

/** A key may be made of what was received, e.g. of the token of a caller whose executions are counted together. */
function maskKeys({ limitKey }: InsertItem, masker: Masker): Partial<InsertItem> {
  return limitKey === undefined ? {} : { limitKey: masker.text(limitKey) }
}

function maskNodeRun(run: NodeRun, masker: Masker): NodeRun {
  return {
    ...run,
    ...(run.input === undefined ? {} : { input: masker.json(run.input) }),
    ...(run.output === undefined ? {} : { output: masker.json(run.output) }),
    ...(run.error === undefined ? {} : { error: maskError(run.error, masker) }),
    ...(run.log === undefined ? {} : { log: run.log.map(masker.text) }),
  }
}

const maskError = (error: RunError, masker: Masker): RunError => ({ ...error, message: masker.text(error.message) })

/** A wait without the values of secrets in what its task tells people. */
export function maskWait(wait: Wait, masker: Masker): Wait {
  if (wait.kind !== 'task' || !masker.found(toJsonText(wait.task))) return wait
  const { title, description, form, ...task } = wait.task
  return {
    ...wait,
    task: {
      ...task,
      title: masker.text(title),
      ...(description === undefined ? {} : { description: masker.text(description) }),
      ...(form === undefined ? {} : { form: masker.json(form) }),
    },
  }
}

/** The JSON text of deliveries without the values of secrets, in their bodies too. */
export function toMaskedDeliveries(deliveries: readonly NewDelivery[], masker: Masker): string {
  return toJsonText(masker === NO_MASKER ? deliveries : deliveries.map((delivery) => maskDelivery(delivery, masker)))
}

function maskDelivery(delivery: NewDelivery, masker: Masker): NewDelivery {
  return {
    ...delivery,
    path: masker.text(delivery.path),
    headers: masker.json(delivery.headers),
    body: maskBody(delivery.body, isCut(delivery) ? masker.cutText : masker.text),
    message: delivery.message === null ? null : masker.text(delivery.message),
  }
}

function isCut({ body, bodyBytes }: NewDelivery): boolean {
  return Buffer.byteLength(body, 'base64') < bodyBytes
}

function maskBody(body: string, mask: (text: string) => string): string {
  if (body === '') return body
  const bytes = Buffer.from(body, 'base64')
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1'
  const text = bytes.toString(encoding)
  const masked = mask(text)
  return masked === text ? body : Buffer.from(masked, encoding).toString('base64')
}
