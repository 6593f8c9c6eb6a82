import type { SignatureConfig, SignaturePreset } from '@ensue/engine'

/** A request as it came in: nothing parsed but its query. */
export interface SignedRequest {
  method: string
  /** Path and query as received. */
  url: string
  /** By lower-case name, every occurrence of its own: `headersDistinct` of Node. */
  headers: Readonly<Record<string, readonly string[] | undefined>>
  query: URLSearchParams
  /** The bytes as received. */
  body: Buffer
}

export type RefusalReason =
  | 'signature_missing'
  | 'signature_duplicate'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'timestamp_invalid'
  | 'timestamp_stale'
  | 'timestamp_future'
  | 'id_invalid'
  | 'body_invalid'
  | 'body_unsigned'
  | 'receiver_mismatch'
  | 'token_mismatch'
  /** The webhook's own secrets can't be used: nothing gets in. */
  | 'secret_unusable'

export interface WrappedReply {
  headers: Record<string, string>
  body: string
}

export interface Accepted {
  ok: true
  /** The sender's id of the delivery: the same in every attempt. */
  deliveryId?: string
  /** The hash of the signature, of a delivery without an id. */
  mac?: string
  /** The decrypted body, to be parsed instead of the one received. */
  body?: Buffer
  /** What to answer instead of a text, where the sender wants it encrypted. */
  wrapReply?(text: string): WrappedReply
}

export interface Handshake {
  /** To be answered as it is, without an execution. */
  handshake: { status: number; headers: Record<string, string>; body: string }
}

export interface Refused {
  ok: false
  reason: RefusalReason
  message: string
}

export type Verdict = Accepted | Handshake | Refused

/** What one preset does; it refuses by throwing a `SignatureRefusal`. */
export type Check = (request: SignedRequest, nowMs: number) => Accepted | Handshake

export type ConfigOf<Preset extends SignaturePreset> = Extract<SignatureConfig, { preset: Preset }>

export class SignatureRefusal extends Error {
  override name = 'SignatureRefusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string) {
    const { stackTraceLimit } = Error
    // As of every `Refusal`: a flood of them is not to cost a stack each.
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
    this.reason = reason
  }
}

/** A reply that no browser would run. */
export function plainHandshake(body: string): Handshake {
  return {
    handshake: {
      status: 200,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      body,
    },
  }
}
