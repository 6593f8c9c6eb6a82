import type { HttpReply } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import type { RunReport } from '../executions/runs.ts'

/** What every answer of a webhook carries. */
export interface AnswerHeaders {
  executionId: string | null
  requestId: string
  /** The answer of an earlier delivery is given again. */
  duplicate?: boolean
}

/** What an async webhook answers unless its config says otherwise. */
export const OK: HttpReply = { status: 200, headers: {}, body: 'ok' }

function ours({ executionId, requestId, duplicate }: AnswerHeaders): Record<string, string> {
  const headers: Record<string, string> = {
    // A reply is never run by a browser, whatever it holds.
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
  }
  if (executionId !== null) headers['Ensue-Execution-Id'] = executionId
  if (duplicate) headers['Ensue-Duplicate'] = 'true'
  return headers
}

/** A workflow's reply. Text is text/plain unless the workflow says otherwise; nothing a browser would run. */
export function answerReply({ status, headers, body, base64 }: HttpReply, about: AnswerHeaders): Response {
  const text = typeof body === 'string'
  const given = Object.keys(headers)
  const typed = given.some((name) => name.toLowerCase() === 'content-type')
  const all = ours(about)
  if (!typed) all['Content-Type'] = text ? 'text/plain; charset=utf-8' : 'application/json'
  if (given.length > 0) Object.assign(all, { 'Content-Security-Policy': 'sandbox' }, headers)
  const empty = status === 204 || status === 205 || status === 304
  const payload = text ? (base64 ? Buffer.from(body, 'base64') : body) : JSON.stringify(body)
  return new Response(empty ? null : payload, { status, headers: all })
}

/** How a sync run stands when its caller is answered. */
export function answerReport(
  { executionId, status, response, error }: RunReport,
  about: Omit<AnswerHeaders, 'executionId'>,
): Response {
  const all = { ...about, executionId }
  if (response) return answerReply(response, all)
  if (status === 'succeeded') return json(200, { executionId, status }, all)
  if (status === 'failed' || status === 'canceled') {
    const message = `The workflow ${status === 'failed' ? 'failed' : 'was canceled'}${error?.node ? ` at the node "${error.node}"` : ''}.`
    const { requestId } = about
    return json(500, { errors: [{ code: 'workflow_failed', message }], executionId, requestId }, all)
  }
  return json(202, { executionId, status }, all, {
    Location: `/api/executions/${executionId}`,
    'Retry-After': '1',
  })
}

function json(status: number, body: JsonObject, about: AnswerHeaders, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...ours(about), ...headers },
  })
}
