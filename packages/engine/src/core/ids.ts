import { getRandomValues } from 'node:crypto'

const pool = new Uint8Array(4096)
let used = pool.length

function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    getRandomValues(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}

let lastMs = 0
let sequence = 0

/** A UUID v7 (RFC 9562): sorts by creation time, also within one millisecond of one process. */
export function newId(nowMs: number = Date.now()): string {
  const random = randomBytes(10)
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = ((random[0]! & 0x07) << 8) | random[1]!
  } else {
    sequence += 1
    if (sequence > 0xfff) {
      lastMs += 1
      sequence = 0
    }
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const low = (0x7000 | sequence).toString(16)
  const high = (0x8000 | ((random[2]! & 0x3f) << 8) | random[3]!).toString(16)
  let tail = ''
  for (let i = 4; i < 10; i++) tail += random[i]!.toString(16).padStart(2, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-${low}-${high}-${tail}`
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** 16 random base32 characters (80 bits): the default key of a workflow. */
export function newKey(): string {
  return Array.from(randomBytes(16), (byte) => BASE32[byte & 31]).join('')
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return UUID.test(text)
}
