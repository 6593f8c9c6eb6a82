import { AppError } from '@ensue/engine/core'
import ipaddr from 'ipaddr.js'
import { canonicalAddress } from '../http/ip-address.ts'

type Range = [address: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number]

/** Compiles addresses and CIDR ranges to a test. An unknown address is let in by no list.
 *  @throws AppError invalid_input naming the entry that is neither */
export function compileAllowlist(entries: readonly string[]): (address: string | null) => boolean {
  const ranges = entries.map((entry, index) => {
    const range = readRange(entry)
    if (range) return range
    throw new AppError('invalid_input', `"${entry}" is neither an IP address nor a range such as 10.0.0.0/8.`, {
      path: `ipAllowlist.${index}`,
    })
  })
  const answers = new Map<string, boolean>()
  return (address) => {
    if (address === null) return false
    const known = answers.get(address)
    if (known !== undefined) return known
    const canonical = canonicalAddress(address)
    const parsed = canonical === undefined ? undefined : ipaddr.parse(canonical)
    const allowed =
      parsed !== undefined && ranges.some(([base, bits]) => parsed.kind() === base.kind() && parsed.match(base, bits))
    // Few senders call often; many addresses are an attack or a proxy, and not worth remembering.
    if (answers.size >= MAX_REMEMBERED) answers.clear()
    answers.set(address, allowed)
    return allowed
  }
}

const MAX_REMEMBERED = 1_000

function readRange(entry: string): Range | undefined {
  const [, text = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const canonical = canonicalAddress(text)
  if (canonical === undefined || (length !== undefined && String(Number(length)) !== length)) return undefined
  const base = ipaddr.parse(canonical)
  const width = base.kind() === 'ipv4' ? 32 : 128
  // A range of mapped addresses is one of IPv4 addresses: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const isMapped = width === 32 && text.includes(':')
  const bits = length === undefined ? width : Number(length) - (isMapped ? 96 : 0)
  return bits >= 0 && bits <= width ? [base, bits] : undefined
}
