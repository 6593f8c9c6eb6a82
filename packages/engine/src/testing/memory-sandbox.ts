import type { Json } from '../core/json.ts'
import type { CodeResult, CodeRun, Sandbox, SandboxOptions } from '../ports.ts'

/** Stands in for the sandbox: answers what the test says and keeps what was asked of it. */
export function createMemorySandbox(
  answers: { run?: (run: CodeRun) => CodeResult; evaluate?: (source: string) => Json | undefined } = {},
): Sandbox & { runs: { run: CodeRun; options: SandboxOptions }[] } {
  const runs: { run: CodeRun; options: SandboxOptions }[] = []
  return {
    runs,
    async evaluate(source, _bindings, options) {
      options?.signal?.throwIfAborted()
      return answers.evaluate?.(source)
    },
    async run(run, options = {}) {
      options.signal?.throwIfAborted()
      runs.push({ run, options })
      return answers.run?.(run) ?? { output: null, log: [] }
    },
  }
}
