import { setTimeout as sleep } from 'node:timers/promises'
import { findFirstDelivery, type NewDelivery, releaseDeliveryKeys } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { App } from '../context.ts'
import type { RunReport } from '../executions/runs.ts'
import { answerReply, answerReport, OK } from './answer.ts'
import type { Arrival } from './arrival.ts'
import type { LiveWebhook } from './live-webhook.ts'

const POLL_MS = 50

/** Gives the first delivery's answer again; one that is still being worked out is waited for.
 *  @param again takes the request once more, when the first delivery is too old to count */
export async function answerDuplicate(
  app: App,
  webhook: LiveWebhook,
  arrival: Arrival,
  delivery: NewDelivery,
  again: () => Promise<Response>,
): Promise<Response> {
  const first = await findFirstDelivery(app.client.db, delivery, webhook.dedupeWindowMs)
  if (first?.expired) await releaseDeliveryKeys(app.client.db, first.id)
  if (!first || first.expired) return again()
  const { executionId } = first
  if (executionId === null)
    throw new AppError('unavailable', 'The first delivery is not to be found; try again.', {
      headers: { 'Retry-After': '1' },
    })
  const about = { requestId: arrival.requestId, duplicate: true }
  const response = webhook.sync
    ? answerReport(await settled(app, executionId, arrival.at + webhook.deadlineMs), about)
    : answerReply(first.answer ?? { ...OK, status: first.status ?? OK.status }, { ...about, executionId })
  app.deliveries.record({
    ...delivery,
    outcome: 'duplicate',
    executionId,
    originalId: first.id,
    dedupeKey: null,
    macKey: null,
    answer: null,
    status: response.status,
    durationMs: Date.now() - arrival.at,
  })
  return response
}

async function settled(app: App, executionId: string, deadline: number): Promise<RunReport> {
  for (;;) {
    const report = await app.runs.report(executionId)
    if ((report.status !== 'running' && report.status !== 'queued') || Date.now() >= deadline) return report
    await sleep(POLL_MS)
  }
}
