import { NodeError } from './core/errors.ts'
import { type Json, type JsonObject, toJson } from './core/json.ts'
import { keepsNodeRuns, type NodeDefinition } from './definition.ts'
import type { NodeRun, RunError, RunResult, Wait } from './execution.ts'
import { asNodeError, retryPause, startDeadline } from './node-failure.ts'
import type { NodeContext, NodeType, Outcome } from './nodes/define-node.ts'
import type { Transaction } from './ports.ts'
import type { RunEnd, RunInput } from './run-input.ts'
import { bounded, createRunLimits } from './run-limits.ts'
import { createRoots, instantsOf, type RunState, sandboxFor } from './run-state.ts'
import { resolutionOf, waitOf } from './waits.ts'

/** A retry pause up to this long is slept through; a longer one parks the execution. */
const MAX_SLEEP_MS = 5_000

/** Walks a workflow's tree from its start: node runs that the journal knows are taken from it, the others are run.
 *  Resuming after a wait, a crash or a deploy is therefore the same as continuing.
 *  @throws FenceError the claim was lost · anything a port throws that is no NodeError: the run stays claimed and unfinished */
export async function runExecution(input: RunInput): Promise<RunEnd> {
  const run = createRun(input)
  const end = run.checked((await run.walk(input.workflow.definition.nodes, '')) ?? run.succeed())
  if (end.kind === 'finished') {
    const { workflow, execution } = input
    const kept = keepsNodeRuns(workflow.definition.options.logLevel, { ...end.result, debug: execution.debug })
    await input.session.finish(kept ? run.takeBuffer() : null, end.result)
  }
  return end
}

function createRun(input: RunInput) {
  const { workflow, execution, session, journal, resolutions, ports, actor, signal } = input
  const state: RunState = { nodes: {}, vars: {}, scopes: {}, messages: [] }
  const roots = createRoots(execution, state, ports)
  const sandbox = sandboxFor(execution, ports)
  let buffer: NodeRun[] = []
  const limits = createRunLimits(execution.sync)
  const now = instantsOf(ports.clock)

  function takeBuffer(): NodeRun[] {
    const taken = buffer
    buffer = []
    return taken
  }

  function ended(result: Omit<RunResult, 'messages'>): RunEnd {
    const { messages, values } = state
    return { kind: 'finished', result: { ...result, messages, ...(values ? { values } : {}) } }
  }

  const succeed = (output?: Json): RunEnd => ended({ status: 'succeeded', ...(output === undefined ? {} : { output }) })

  const fail = (error: RunError, output?: Json): RunEnd =>
    ended({ status: 'failed', reason: error.code, error, ...(output === undefined ? {} : { output }) })

  async function walk(nodes: readonly NodeDefinition[], prefix: string): Promise<RunEnd | undefined> {
    for (const node of nodes) {
      if (node.disabled) continue
      const end = await runNode(node, prefix + node.key, prefix)
      if (end) return end
    }
    return undefined
  }

  async function runNode(node: NodeDefinition, path: string, prefix: string): Promise<RunEnd | undefined> {
    if (signal.aborted) return aborted(node)
    const known = journal.get(path)
    const settled = known && (known.status === 'succeeded' || known.status === 'skipped' || known.status === 'failed')
    let entry: NodeRun
    if (settled) {
      entry = known
    } else {
      const tooMany = limits.count(node.key)
      if (tooMany) return fail(tooMany)
      const outcome = await attempt(node, path, known)
      if ('kind' in outcome) return outcome
      entry = outcome
    }
    return after(node, entry, prefix)
  }

  /** Applies a settled node run to the state, then walks the branch it took. */
  async function after(node: NodeDefinition, entry: NodeRun, prefix: string): Promise<RunEnd | undefined> {
    const tooLarge = limits.keep(entry)
    if (tooLarge) return fail(tooLarge)
    if (entry.status === 'failed' && node.onError !== 'continue')
      return fail(entry.error ?? { code: 'failed', message: 'The node failed.', node: node.key })
    const output =
      entry.status === 'failed' ? { error: (entry.error ?? null) as unknown as Json } : (entry.output ?? null)
    state.nodes[node.key] = output
    if (entry.sets === 'vars') Object.assign(state.vars, output as JsonObject)
    if (entry.sets === 'values') state.values = { ...state.values, ...(output as JsonObject) }
    if (entry.sets === 'message') state.messages.push(String(output))
    const branch = entry.branch === undefined ? undefined : node.branches?.[entry.branch]
    return branch ? walk(branch, prefix) : undefined
  }

  /** Runs a node until it settles: its attempts, pauses and effects. Answers the settled entry, or how the run ended in it. */
  async function attempt(node: NodeDefinition, path: string, known: NodeRun | undefined): Promise<NodeRun | RunEnd> {
    const compiled = workflow.nodes.get(node)
    if (!compiled)
      return fail({ code: 'unknown_node_type', message: `There is no node type "${node.type}".`, node: node.key })
    const { type } = compiled
    const entry: NodeRun = {
      path,
      node: node.key,
      type: node.type,
      status: 'started',
      attempt: known ? known.attempt + (known.status === 'waiting' && known.error ? 1 : 0) : 1,
      startedAt: known?.startedAt ?? now(),
    }
    for (;;) {
      const deadline = node.timeoutMs === undefined ? undefined : startDeadline(node.timeoutMs, signal)
      try {
        const resolved = compiled.resolve(roots, { ...sandbox, signal: deadline?.signal ?? signal })
        const config = resolved instanceof Promise ? await resolved : resolved
        entry.input = config.input
        return await perform(node, type, config.parsed, entry, known, deadline?.signal ?? signal)
      } catch (thrown) {
        const error = asNodeError(thrown)
        if (!error) throw thrown
        delete entry.output
        entry.error = {
          code: error.code,
          message: ports.secrets().masker.cutText(error.message),
          node: node.key,
          ...(error.path ? { path: error.path } : {}),
        }
        const pauseMs = signal.aborted ? undefined : retryPause(node, type, entry.attempt, error)
        if (pauseMs === undefined) return settle(entry, 'failed')
        if (!execution.sync && pauseMs > MAX_SLEEP_MS)
          return park({ ...entry, status: 'waiting' }, { kind: 'timer', path, durationMs: pauseMs })
        await ports.clock.sleep(pauseMs, signal)
        entry.attempt += 1
        delete entry.error
      } finally {
        deadline?.clear()
      }
    }
  }

  /** One attempt: calls the node's `run` the way its effect asks for. */
  async function perform(
    node: NodeDefinition,
    type: NodeType,
    config: unknown,
    entry: NodeRun,
    known: NodeRun | undefined,
    nodeSignal: AbortSignal,
  ): Promise<NodeRun | RunEnd> {
    const resolution = resolutionOf(entry, known, resolutions)
    const call = (tx: Transaction | undefined): Outcome | Promise<Outcome> => {
      const context = contextOf(node, entry, tx, nodeSignal)
      return resolution && type.resume ? type.resume(config, resolution, context) : type.run(config, context)
    }
    switch (type.traits.effectOf?.(node.config, execution.sync) ?? type.traits.effect) {
      case 'pure':
      case 'read': {
        const outcome = call(undefined)
        return settleWith(node, entry, bounded(outcome instanceof Promise ? await outcome : outcome))
      }
      case 'write': {
        const before = takeBuffer()
        let settled: NodeRun | RunEnd | undefined
        try {
          await session.transact(before, async (tx) => {
            const outcome = await call(tx)
            if (outcome.kind === 'wait') {
              settled = { kind: 'waiting' }
              return { entries: [{ ...entry, status: 'waiting' }], wait: waitOf(node, entry, outcome) }
            }
            settled = await settleWith(node, entry, bounded(outcome))
            // The entry commits here, with the node's writes; it must not be flushed again.
            return { entries: takeBuffer() }
          })
        } catch (error) {
          // Rolled back, the journal with it: what was buffered before the node is still to be written.
          buffer = before
          throw error
        }
        return settled as NodeRun | RunEnd
      }
      case 'external': {
        if (known?.status === 'started' && entry.attempt === known.attempt) {
          if (type.traits.afterCrash?.(node.config) === 'fail')
            throw new NodeError(
              'uncertain',
              'The process ended while this node was at work; whether it took effect is not known.',
            )
        } else {
          await session.append([...takeBuffer(), { ...entry }])
        }
        const outcome = await call(undefined)
        // Masked here, not only where it is stored: a resumed run sees the same output as one that went through.
        if (outcome.kind === 'done' && outcome.output !== undefined)
          outcome.output = ports.secrets().masker.json(toJson(outcome.output))
        return settleWith(node, entry, outcome)
      }
    }
  }

  function contextOf(
    node: NodeDefinition,
    entry: NodeRun,
    tx: Transaction | undefined,
    nodeSignal: AbortSignal,
  ): NodeContext {
    return {
      ports,
      tx,
      executionId: execution.id,
      workflowKey: execution.workflowKey,
      nodeKey: node.key,
      path: entry.path,
      attempt: entry.attempt,
      depth: execution.depth,
      sync: execution.sync,
      debug: execution.debug,
      actor,
      user: execution.context.user ?? null,
      role: execution.context.role ?? null,
      idempotencyKey: `${execution.id}-${entry.path}`,
      signal: nodeSignal,
      log(line) {
        entry.log ??= []
        if (entry.log.length < 1_000) entry.log.push(ports.secrets().masker.cutText(line))
      },
    }
  }

  function settle(entry: NodeRun, status: 'succeeded' | 'failed'): NodeRun {
    entry.status = status
    entry.finishedAt = now()
    buffer.push(entry)
    return entry
  }

  /** Turns an outcome into the settled entry, or into the end or pause of the run. */
  function settleWith(node: NodeDefinition, entry: NodeRun, outcome: Outcome): NodeRun | RunEnd | Promise<RunEnd> {
    switch (outcome.kind) {
      case 'done':
        if (outcome.output !== undefined) entry.output = outcome.output
        if (outcome.branch !== undefined) entry.branch = outcome.branch
        return settle(entry, 'succeeded')
      case 'setVars':
      case 'setValues':
        entry.output = outcome.kind === 'setVars' ? outcome.vars : outcome.values
        entry.sets = outcome.kind === 'setVars' ? 'vars' : 'values'
        return settle(entry, 'succeeded')
      case 'message':
        entry.output = outcome.text
        entry.sets = 'message'
        return settle(entry, 'succeeded')
      case 'wait':
        return park(entry, waitOf(node, entry, outcome))
      case 'respond':
        entry.output = outcome.reply as unknown as Json
        settle(entry, 'succeeded')
        return ended({ status: 'succeeded', response: outcome.reply })
      case 'end':
        if (outcome.output !== undefined) entry.output = outcome.output
        settle(entry, 'succeeded')
        if (outcome.message) state.messages.push(outcome.message)
        return outcome.status === 'success'
          ? succeed(outcome.output)
          : fail(
              {
                code: 'ended_in_failure',
                message: outcome.message ?? 'The workflow ended in failure.',
                node: node.key,
              },
              outcome.output,
            )
    }
  }

  async function park(entry: NodeRun, wait: Wait): Promise<RunEnd> {
    entry.status = 'waiting'
    await session.wait([...takeBuffer(), entry], wait)
    return { kind: 'waiting' }
  }

  function aborted(node: NodeDefinition): RunEnd {
    const reason: unknown = signal.reason
    if (!(reason instanceof NodeError)) throw reason
    return fail({ code: reason.code, message: reason.message, node: node.key })
  }

  function checked(end: RunEnd): RunEnd {
    const isDone = end.kind === 'finished' && end.result.status === 'succeeded'
    const problem = isDone ? input.checkOutput?.(end.result.output ?? null) : undefined
    return problem === undefined ? end : fail({ code: 'output_invalid', message: problem })
  }

  return { walk, succeed, checked, takeBuffer }
}
