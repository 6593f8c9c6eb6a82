import type { NodeRun, Resolution, RunResult, Wait } from '../execution.ts'
import { type ExecutionSession, FenceError } from '../ports.ts'
import type { MemoryPorts } from './memory-ports.ts'

/** The process ends at this point, as after `kill -9`. */
export class SimulatedCrash extends Error {
  override name = 'SimulatedCrash'
}

export interface MemoryExecution {
  /** All journal entries that were committed, in order. */
  readonly entries: readonly NodeRun[]
  /** The open wait. */
  readonly wait: Wait | undefined
  readonly result: RunResult | undefined
  /** How waits have ended, by path: what `runExecution` takes. */
  readonly resolutions: ReadonlyMap<string, Resolution>
  /** Commits over all claims. */
  readonly commits: number
  /** Takes the execution over; sessions of earlier claims throw FenceError from then on. */
  claim(options?: ClaimOptions): ExecutionSession
  /** Ends the open wait. */
  resolve(kind: Resolution['kind'], value?: Resolution['value']): void
}

/** Counts the commits of this claim from 1: crash just before the n-th is made, or just after it. */
export interface ClaimOptions {
  crashBefore?: number
  crashAfter?: number
}

/** An execution row with its journal in memory. */
export function createMemoryExecution(ports: Pick<MemoryPorts, 'begin'>): MemoryExecution {
  const entries: NodeRun[] = []
  const resolutions = new Map<string, Resolution>()
  let epoch = 0
  let commits = 0
  let wait: Wait | undefined
  let result: RunResult | undefined

  function claim({ crashBefore, crashAfter }: ClaimOptions = {}): ExecutionSession {
    const mine = ++epoch
    let count = 0
    // A dead process writes nothing more, whatever its code still tries.
    let crashed = false
    function assertAlive() {
      if (crashed) throw new SimulatedCrash('The process has crashed.')
      if (mine !== epoch) throw new FenceError(`Claim ${mine} was taken over by claim ${epoch}.`)
    }
    function crash(): never {
      crashed = true
      throw new SimulatedCrash(`Crash at commit ${count}.`)
    }
    function commit(written: readonly NodeRun[], more?: () => void) {
      assertAlive()
      count += 1
      if (count === crashBefore) crash()
      entries.push(...structuredClone(written))
      more?.()
      commits += 1
    }
    function crashIfDue() {
      if (count === crashAfter) crash()
    }
    return {
      async append(written) {
        commit(written)
        crashIfDue()
      },
      async transact(before, work) {
        assertAlive()
        const { tx, end } = ports.begin()
        try {
          const { entries: after, wait: newWait } = await work(tx)
          commit([...before, ...after], () => {
            if (newWait) wait = structuredClone(newWait)
          })
          end(true)
        } catch (error) {
          end(false)
          throw error
        }
        crashIfDue()
      },
      async wait(written, newWait) {
        commit(written, () => {
          wait = structuredClone(newWait)
        })
        crashIfDue()
      },
      async finish(written, newResult) {
        commit(written ?? [], () => {
          if (!written) entries.length = 0
          result = structuredClone(newResult)
        })
        crashIfDue()
      },
    }
  }

  return {
    entries,
    resolutions,
    claim,
    get wait() {
      return wait
    },
    get result() {
      return result
    },
    get commits() {
      return commits
    },
    resolve(kind, value = null) {
      if (!wait) throw new TypeError('The execution does not wait.')
      resolutions.set(wait.path, { path: wait.path, kind, value })
      wait = undefined
    },
  }
}
