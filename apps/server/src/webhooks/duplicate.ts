import { setTimeout as sleep } from 'node:timers/promises'
import { findExecution, findFirstDelivery, releaseDeliveryKey } from '@ensue/db'
import type { App } from '../context.ts'
import type { RunReport } from '../executions/runs.ts'
import { answerReply, answerReport, OK } from './answer.ts'
import { type Arrival, deliveryOf } from './arrival.ts'
import type { DeliveryKey } from './dedupe.ts'
import type { LiveWebhook } from './live-webhook.ts'
import type { Accepted } from './signatures/verdict.ts'

const POLL_MS = 50

/** Gives the first delivery's answer again; one that is still being worked out is waited for.
 *  @param again takes the request once more, when the first delivery does not count: it is too old, or had come to an error
 *   before this one was sent */
export async function answerDuplicate(
  app: App,
  webhook: LiveWebhook,
  arrival: Arrival,
  key: DeliveryKey,
  wrapReply: Accepted['wrapReply'],
  again: () => Promise<Response>,
): Promise<Response> {
  const { db } = app.client
  const workflowId = webhook.workflow.id
  const first = key === undefined ? undefined : await findFirstDelivery(db, workflowId, key, webhook.dedupeWindowMs)
  if (!first) return again()
  const { executionId, request } = first
  if (first.expired || (webhook.sync && (await cameToError(app, executionId, arrival.at)))) {
    await releaseDeliveryKey(db, executionId)
    return again()
  }
  const about = { requestId: arrival.requestId, duplicate: true, wrapReply }
  const response = webhook.sync
    ? answerReport(await settled(app, executionId, arrival.at + webhook.deadlineMs), about)
    : answerReply(request?.answer ?? { ...OK, status: request?.status ?? OK.status }, { ...about, executionId })
  const { status } = response
  app.deliveries.record({ workflowId, outcome: 'duplicate', reason: null }, () =>
    deliveryOf(arrival, workflowId, webhook.secretPlaces, 'duplicate', { status, executionId }),
  )
  return response
}

/** Whether the sender was answered with an error before it sent this: it tries again, as an error asks it to. Those that were
 *  under way at the same time are one delivery, and share its answer. */
async function cameToError(app: App, executionId: string, at: number): Promise<boolean> {
  const execution = await findExecution(app.client.db, executionId)
  if (!execution?.finishedAt || Date.parse(execution.finishedAt) >= at) return false
  return execution.response ? execution.response.status >= 400 : execution.status !== 'succeeded'
}

async function settled(app: App, executionId: string, deadline: number): Promise<RunReport> {
  for (;;) {
    const report = await look(app, executionId)
    if ((report.status !== 'running' && report.status !== 'queued') || Date.now() >= deadline) return report
    await sleep(POLL_MS)
  }
}

const looks = new Map<string, Promise<RunReport>>()

/** One look for all duplicates that wait for the same: they may be a thousand. */
function look(app: App, executionId: string): Promise<RunReport> {
  let report = looks.get(executionId)
  if (!report) {
    report = app.runs.report(executionId)
    looks.set(executionId, report)
    setTimeout(() => looks.delete(executionId), POLL_MS).unref()
  }
  return report
}
