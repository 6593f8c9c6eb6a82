import {
  compileTemplate,
  type HttpReply,
  type JsonObject,
  NodeError,
  resolveTemplate,
  webhookReply,
} from '@ensue/engine'
import type { App } from '../context.ts'
import { OK } from './answer.ts'

export interface WorkedOutReply extends HttpReply {
  /** To be stored, for duplicates; null when it is the fixed one. */
  answer: HttpReply | null
  /** Why the configured reply could not be worked out. */
  problem: string | null
}

/** Makes the reply of an async webhook from its config. An expression that fails costs the sender nothing: the delivery is
 *  taken, answered with 200 and "ok", and the inbox tells the builder what was wrong. */
export function createReply(app: App, config: JsonObject): (context: JsonObject) => Promise<WorkedOutReply> {
  const template = compileTemplate(config)
  return async (context) => {
    try {
      const options = app.ports.sandbox ? { sandbox: app.ports.sandbox.evaluate } : {}
      const roots = { context, env: app.ports.env() }
      const read = webhookReply.safeParse(await resolveTemplate(template, roots, options))
      if (!read.success) return failed(read.error.issues[0]!.message)
      const { status, headers = {}, body = OK.body } = read.data
      const answer: HttpReply = { status, headers, body }
      return { ...answer, answer, problem: null }
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      return failed(error.message)
    }
  }
}

const failed = (why: string): WorkedOutReply => ({
  ...OK,
  answer: null,
  problem: `The configured reply could not be worked out: ${why}`,
})
