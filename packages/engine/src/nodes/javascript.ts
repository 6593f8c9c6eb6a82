import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { jsonValue } from './config-fields.ts'
import { defineNode } from './define-node.ts'

const MAX_CODE_CHARS = 65_536
const MAX_TIMEOUT_MS = 5_000

/** Names that can't be variables of a strict function, and those that the code has anyway. */
const TAKEN = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in inputs instanceof interface let new null package private protected public
  return static super switch this throw true try typeof var void while with yield`.split(/\s+/),
)

const inputName = z
  .string()
  .regex(/^[\p{L}_$][\p{L}\p{N}_$]{0,63}$/u, 'The name of an input holds letters, digits, _ and $ (64 at most).')
  .refine((name) => !TAKEN.has(name), 'This word has a meaning in JavaScript; choose another name.')

export const javascriptNode = defineNode({
  type: 'javascript',
  title: 'JavaScript',
  summary: 'Runs JavaScript in a sandbox; what it returns is the output.',
  category: 'code',
  icon: 'code',
  config: z.strictObject({
    inputs: z.record(inputName, jsonValue).default({}).meta({
      title: 'Inputs',
      widget: 'keyValue',
      description: 'Variables of the code; also the members of `inputs`.',
    }),
    code: z.string().min(1).max(MAX_CODE_CHARS).meta({
      title: 'Code',
      widget: 'code',
      description: 'The body of an async function: `return` gives the output, `console.log` writes to the log.',
      placeholder: 'return items.filter((item) => item.qty > 0)',
    }),
    timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).default(MAX_TIMEOUT_MS).meta({
      title: 'Time limit',
      widget: 'duration',
      description: 'Of running; 5 s at most.',
    }),
  }),
  output: jsonValue.meta({ title: 'What the code returned' }),
  // The result depends on nothing but the inputs, so that nothing has to be written before it runs.
  traits: { effect: 'pure', slow: true, code: true },
  // `{{` is no template in code.
  raw: ['code'],
  async run({ code, inputs, timeoutMs }, { ports, signal, workflowKey, log }) {
    if (!ports.sandbox) throw new NodeError('sandbox_unavailable', 'This process has no sandbox to run JavaScript in.')
    const result = await ports.sandbox.run({ code, inputs, timeoutMs }, { signal, owner: workflowKey })
    for (const line of result.log) log(line)
    if (result.error) throw result.error
    return { kind: 'done', output: result.output ?? null }
  },
})
