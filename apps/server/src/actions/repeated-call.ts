import { createHash } from 'node:crypto'
import { claimWrittenCall, findWrittenCall, keepWrittenReply, type Trx } from '@ensue/db'
import { AppError, type Json } from '@ensue/engine/core'
import type { App, Caller } from '../context.ts'
import type { ActionCall, ActionReply, Triggered } from './action.ts'
import { toTriggered } from './start-runs.ts'

/** A call with this idempotency key has been made before: nothing is written again. */
export class RepeatedCall extends Error {
  override name = 'RepeatedCall'
}

interface Reply {
  data: ActionReply['data']
  triggered: Triggered[]
}

/** Takes the idempotency key of a writing call, in the call's transaction: of several at once the first one, the others wait for its
 *  commit. @returns what keeps the reply with the key; undefined when the call has none
 *  @throws RepeatedCall the key is taken */
export async function claimCall(
  app: App,
  trx: Trx,
  caller: Caller,
  call: ActionCall,
): Promise<((reply: Reply) => Promise<void>) | undefined> {
  if (call.idempotencyKey === undefined || call.action === 'trigger') return undefined
  const id = { scope: scopeOf(caller), key: call.idempotencyKey }
  if (!(await claimWrittenCall(trx, { ...id, fingerprint: fingerprintOf(call) }))) throw new RepeatedCall()
  return ({ data, triggered }) => {
    const { masker } = app.secrets.current()
    return keepWrittenReply(trx, id, { data, triggered: masker.json(triggered as unknown as Json) })
  }
}

/** What the first call with the key has written, and how its runs stand by now.
 *  @throws AppError conflict when that was another call */
export async function firstReply(app: App, caller: Caller, call: ActionCall): Promise<Reply> {
  const first = await findWrittenCall(app.client.db, { scope: scopeOf(caller), key: call.idempotencyKey! })
  if (!first) throw new AppError('conflict', 'The first call with this idempotency key was just forgotten; try again.')
  if (first.fingerprint !== fingerprintOf(call))
    throw new AppError('conflict', 'Another call was made with this idempotency key; each takes a key of its own.', {
      path: 'idempotencyKey',
    })
  const { data, triggered } = first.reply as unknown as Reply
  const current = triggered.map(async (one) => {
    if (one.executionId === null) return one
    // It may have been cleared away.
    const report = await app.runs.report(one.executionId).catch(() => undefined)
    return report ? { ...one, ...toTriggered(one.workflow, report) } : one
  })
  return { data, triggered: await Promise.all(current) }
}

function scopeOf({ principal: { kind, userId, role } }: Caller): string {
  return `${kind} ${userId ?? role}`
}

function fingerprintOf({ idempotencyKey: _, ...call }: ActionCall): string {
  const entries = Object.entries(call).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64')
}
