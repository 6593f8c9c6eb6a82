import { AppError } from '@ensue/engine/core'

/** What the bodies of all webhook requests under way may take together, unpacked. The process takes about ten times as
 *  much: a body is there as bytes, as value, as text on its way to the database, and as the context of its run. */
const MAX_HELD_BYTES = 67_108_864

let heldBytes = 0
const heldBy = new WeakMap<object, number>()

/** Counts bytes of a request's body as held until `releaseBody`.
 *  @throws AppError unavailable when too many are held */
export function holdBody(request: object, bytes: number): void {
  if (heldBytes + bytes > MAX_HELD_BYTES)
    throw new AppError('unavailable', 'The server is at work on too many large bodies. Try again shortly.', {
      headers: { Connection: 'close', 'Retry-After': '1' },
    })
  heldBytes += bytes
  heldBy.set(request, (heldBy.get(request) ?? 0) + bytes)
}

/** The request was answered, or given up. */
export function releaseBody(request: object): void {
  heldBytes -= heldBy.get(request) ?? 0
  heldBy.delete(request)
}
