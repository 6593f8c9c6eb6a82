import type { HttpReply } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import type { RunReport } from '../executions/runs.ts'
import type { Accepted, WrappedReply } from './signatures/verdict.ts'

const POLICY = 'content-security-policy'

/** What an answer carries beside the workflow's reply, and how it is put for the sender. */
export interface AnswerContext {
  executionId: string | null
  requestId: string
  /** The answer of an earlier delivery is given again. */
  duplicate?: boolean
  wrapReply?: Accepted['wrapReply'] | undefined
}

/** What an async webhook answers unless its config says otherwise. */
export const OK: HttpReply = { status: 200, headers: {}, body: 'ok' }

function ours({ executionId, requestId, duplicate }: AnswerContext): Record<string, string> {
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
export function answerReply(reply: HttpReply, about: AnswerContext): Response {
  const { status, headers, body, base64 } =
    about.wrapReply && reply.status < 300 ? wrapped(reply, about.wrapReply) : reply
  const text = typeof body === 'string'
  const given = Object.keys(headers)
  const typed = given.some((name) => name.toLowerCase() === 'content-type')
  const all = ours(about)
  if (!typed) all['Content-Type'] = text ? 'text/plain; charset=utf-8' : 'application/json'
  if (given.length > 0) addHeaders(all, headers)
  const empty = status === 204 || status === 205 || status === 304
  const payload = text ? (base64 ? Buffer.from(body, 'base64') : body) : JSON.stringify(body)
  return new Response(empty ? null : payload, { status, headers: all })
}

/** A sender of encrypted requests takes nothing else in return; what is an error to it may be read by anybody. */
function wrapped({ status, headers, body, base64 }: HttpReply, wrapReply: (text: string) => WrappedReply): HttpReply {
  const text = typeof body !== 'string' ? JSON.stringify(body) : base64 ? Buffer.from(body, 'base64').toString() : body
  const reply = wrapReply(text)
  return { status, headers: { ...headers, ...reply.headers }, body: reply.body }
}

/** Those of a workflow, under ours: a page that it answers with runs nothing on the origin of the admin. */
function addHeaders(all: Record<string, string>, headers: Record<string, string>): void {
  const names = new Set(Object.keys(all).map((name) => name.toLowerCase()))
  let policy = 'sandbox'
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    // Of several policies each one holds.
    if (lower === POLICY) policy += `, ${value}`
    else if (!names.has(lower)) all[lower] = value
  }
  all[POLICY] = policy
}

/** How a sync run stands when its caller is answered. */
export function answerReport(
  { executionId, status, response, error }: RunReport,
  about: Omit<AnswerContext, 'executionId'>,
): Response {
  const all = { ...about, executionId }
  if (response) return answerReply(response, all)
  const isOver = status === 'failed' || status === 'canceled'
  // Taken, and nothing to say: what is below says it in our own words.
  if (about.wrapReply && !isOver) return answerReply(OK, all)
  if (status === 'succeeded') return json(200, { executionId, status }, all)
  if (isOver) {
    const message = `The workflow ${status === 'failed' ? 'failed' : 'was canceled'}${error?.node ? ` at the node "${error.node}"` : ''}.`
    const { requestId } = about
    return json(500, { errors: [{ code: 'workflow_failed', message }], executionId, requestId }, all)
  }
  return json(202, { executionId, status }, all, {
    Location: `/api/executions/${executionId}`,
    'Retry-After': '1',
  })
}

function json(status: number, body: JsonObject, about: AnswerContext, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...ours(about), ...headers },
  })
}
