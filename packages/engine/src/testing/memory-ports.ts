import { Buffer } from 'node:buffer'
import type { Json } from '../core/json.ts'
import type { Secret } from '../credentials.ts'
import type { AwaitedEnd } from '../execution.ts'
import { openSecrets } from '../open-secrets.ts'
import type {
  EventToEmit,
  HttpRequest,
  HttpResponse,
  Mail,
  Notification,
  Ports,
  Sandbox,
  Transaction,
  WorkflowCall,
} from '../ports.ts'
import { createMemoryClock, type MemoryClock } from './memory-clock.ts'
import { createMemoryRecords, type MemoryRecords } from './memory-records.ts'

export interface MemoryPorts extends Ports {
  records: MemoryRecords
  clock: MemoryClock
  /** Events that were emitted, by committed or open transactions. */
  emitted: readonly EventToEmit[]
  /** Requests that were sent. */
  requests: readonly HttpRequest[]
  /** Notifications, by committed or open transactions. */
  notified: readonly Notification[]
  /** Sub-workflows that were started, by committed or open transactions, or run. */
  called: readonly WorkflowCall[]
  /** Messages that were sent. */
  mails: readonly Mail[]
  /** Opens a transaction: records and events refuse all others. `end(false)` undoes what was written since. */
  begin(): { tx: Transaction; end(commit: boolean): void }
}

export interface MemoryPortsOptions {
  http?: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>
  /** May throw; the addresses that are refused. */
  mail?: (mail: Mail) => string[]
  env?: Record<string, string>
  secrets?: Secret[]
  clock?: MemoryClock
  /** How a sub-workflow that is run at once ends; may throw. */
  workflow?: (call: WorkflowCall) => Omit<AwaitedEnd, 'executionId'>
  /** Without one, what needs it is refused. */
  sandbox?: Sandbox
}

/** The engine's outside world in memory. One transaction at a time is meant: a roll-back undoes everything since its begin. */
export function createMemoryPorts({
  http,
  mail,
  env = {},
  secrets = [],
  clock = createMemoryClock(),
  workflow = () => ({ status: 'succeeded' }),
  sandbox,
}: MemoryPortsOptions = {}): MemoryPorts {
  const open = new Set<Transaction>()
  const assertOpen = (tx: Transaction) => {
    if (!open.has(tx)) throw new TypeError('The transaction is not open.')
  }
  const records = createMemoryRecords(assertOpen)
  const emitted: EventToEmit[] = []
  const requests: HttpRequest[] = []
  const called: WorkflowCall[] = []
  const mails: Mail[] = []
  const notified: Notification[] = []
  const opened = openSecrets(secrets)
  return {
    records,
    clock,
    emitted,
    requests,
    called,
    mails,
    notified,
    ...(sandbox ? { sandbox } : {}),
    env: () => env,
    secrets: () => opened,
    http: {
      async request(request, signal) {
        signal.throwIfAborted()
        requests.push(request)
        return http ? http(request) : httpResponse(200, null)
      },
    },
    mailer: {
      async send(_, message) {
        mails.push(message)
        const rejected = mail?.(message) ?? []
        const all = [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address)
        return { accepted: all.filter((address) => !rejected.includes(address)), rejected }
      },
    },
    notifications: {
      async send(tx, notification) {
        assertOpen(tx)
        notified.push(notification)
        return notification.users.length + notification.roles.length
      },
    },
    events: {
      async emit(tx, event) {
        assertOpen(tx)
        emitted.push(structuredClone(event))
        return { id: `event-${emitted.length}`, executionIds: [] }
      },
    },
    workflows: {
      async start(tx, call) {
        assertOpen(tx)
        called.push(structuredClone(call))
        return { executionId: `called-${called.length}` }
      },
      async run(call) {
        called.push(structuredClone(call))
        return { executionId: `called-${called.length}`, ...workflow(call) }
      },
    },
    begin() {
      const tx: Transaction = {}
      const restore = records.snapshot()
      const before = { emitted: emitted.length, notified: notified.length, called: called.length }
      open.add(tx)
      return {
        tx,
        end(commit) {
          open.delete(tx)
          if (commit) return
          restore()
          emitted.length = before.emitted
          notified.length = before.notified
          called.length = before.called
        },
      }
    },
  }
}

/** A response as the client port gives it: text as it stands, anything else as JSON, null as no body. */
export function httpResponse(status: number, body: Json, headers: Record<string, string> = {}): HttpResponse {
  if (body === null) return { status, headers, body: new Uint8Array() }
  const [type, text] = typeof body === 'string' ? ['text/plain', body] : ['application/json', JSON.stringify(body)]
  return { status, headers: { 'content-type': type, ...headers }, body: Buffer.from(text) }
}
