import type { CodeResult, Sandbox, SandboxOptions } from '@ensue/engine'
import { type Json, NodeError, toJson, toStorableText } from '@ensue/engine/core'
import type { Logger } from 'pino'
import { createPool, type Pool, type PoolEnd } from './pool.ts'
import { type RunnerReply, SANDBOX_LIMITS } from './runner/protocol.ts'

const { maxRunMs, maxInputChars, maxMemoryBytes } = SANDBOX_LIMITS

export interface RunningSandbox extends Sandbox {
  pool: Pool
}

/** Code and expressions of authors in processes of their own. */
export function createSandbox(log: Logger, pool = createPool(log)): RunningSandbox {
  return {
    pool,
    async evaluate(source, bindings, options = {}) {
      const input = JSON.stringify(bindings)
      if (input.length > maxInputChars)
        throw new NodeError('expression_limit', `what it reads is larger than ${maxInputChars} characters`)
      const request = { kind: 'expression', source, input, timeoutMs: maxRunMs } as const
      const reply = await pool.run(request, options)
      if (reply === 'timeout') throw new NodeError('expression_limit', `it took longer than ${maxRunMs} ms`)
      if (reply === 'memory') throw new NodeError('expression_limit', 'it needs too much memory')
      if (typeof reply === 'string') throw sandboxError(reply)
      if (reply.fault) throw new NodeError(reply.fault.code, toStorableText(reply.fault.message))
      return reply.output === undefined
        ? undefined
        : readOutput(reply.output, (message) => new NodeError('expression_failed', message))
    },
    async run({ code, inputs, timeoutMs }, options: SandboxOptions = {}): Promise<CodeResult> {
      const input = JSON.stringify(inputs)
      if (input.length > maxInputChars) {
        const message = `The inputs are larger than ${maxInputChars} characters.`
        return { error: new NodeError('code_inputs_too_large', message), log: [] }
      }
      const limitMs = Math.min(timeoutMs, maxRunMs)
      return toResult(await pool.run({ kind: 'code', code, input, timeoutMs: limitMs }, options), limitMs)
    },
  }
}

function toResult(reply: RunnerReply | PoolEnd, limitMs: number): CodeResult {
  if (reply === 'timeout')
    return { error: new NodeError('code_timeout', `The code took longer than ${limitMs} ms.`), log: [] }
  if (reply === 'memory') {
    const message = `The code needs more than ${maxMemoryBytes / 1_048_576} MB of memory.`
    return { error: new NodeError('code_memory', message), log: [] }
  }
  if (typeof reply === 'string') return { error: sandboxError(reply), log: [] }
  const log = (reply.log ?? []).map(toStorableText)
  if (reply.fault) return { error: new NodeError(reply.fault.code, toStorableText(reply.fault.message)), log }
  try {
    return { output: readOutput(reply.output ?? 'null', (message) => new NodeError('code_failed', message)), log }
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    return { error, log }
  }
}

function readOutput(text: string, failed: (message: string) => NodeError): Json {
  try {
    return toJson(JSON.parse(text))
  } catch (error) {
    throw failed(`The result can’t be stored: ${error instanceof Error ? error.message : 'it is not JSON'}.`)
  }
}

function sandboxError(end: Exclude<PoolEnd, 'timeout' | 'memory'>): NodeError {
  const [code, message] = {
    lost: ['sandbox_crashed', 'The process of the sandbox ended in the middle of the run.'],
    busy: ['sandbox_busy', 'Too many runs wait for the sandbox.'],
    unavailable: ['sandbox_unavailable', 'The sandbox is not running; the log of the server says why.'],
  }[end] as [string, string]
  return new NodeError(code, message, { retryable: true })
}
