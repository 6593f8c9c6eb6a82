import { z } from 'zod'
import { FAULT_CODES, type RunnerReply, SANDBOX_LIMITS } from './runner/protocol.ts'

const { maxOutputBytes, maxLogLines, maxLogLineChars, maxMessageChars } = SANDBOX_LIMITS

const replySchema = z.strictObject({
  id: z.int(),
  rssBytes: z.number(),
  output: z.string().max(maxOutputBytes).optional(),
  fault: z.strictObject({ code: z.enum(FAULT_CODES), message: z.string().max(maxMessageChars) }).optional(),
  log: z
    .array(z.string().max(maxLogLineChars + 64))
    .max(maxLogLines + 1)
    .optional(),
})

/** A runner may have been taken over by what it ran: nothing that it sends is believed. */
export function readReply(message: unknown): RunnerReply | undefined {
  return replySchema.safeParse(message).data as RunnerReply | undefined
}
