import { canonicalAddress } from './ip-address.ts'

/** `1.2.3.4:5678`, `[2001:db8::1]:443` and `[2001:db8::1]` without port and brackets. */
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::\d{1,5})?$/

/** Who called: the last address that a proxy of ours has seen. Of X-Forwarded-For, `trustedHops` entries counted from the
 *  right were written by proxies of ours; what stands left of them, anyone may have made up. Without the header, or without
 *  trusted proxies, the address at the other end of the connection.
 *  @param forwardedFor every line of the header, in order
 *  @returns null when it can't be told: a trusted entry is malformed or empty, or there is no socket */
export function clientAddress(
  socketAddress: string | null | undefined,
  forwardedFor: readonly string[],
  trustedHops: number,
): string | null {
  if (trustedHops === 0 || forwardedFor.length === 0) return ofSocket(socketAddress)
  const hops = forwardedFor.join(',').split(',')
  let address: string | undefined
  for (let hop = 1; hop <= Math.min(trustedHops, hops.length); hop++) {
    address = ofHop(hops[hops.length - hop]!)
    // A proxy of ours writes addresses: whatever this is, nothing left of it can be believed.
    if (address === undefined) return null
  }
  return address ?? null
}

function ofHop(entry: string): string | undefined {
  const text = entry.trim()
  const bare = WITH_PORT.exec(text)
  return canonicalAddress(bare?.[1] ?? bare?.[2] ?? text)
}

function ofSocket(address: string | null | undefined): string | null {
  // The operating system's own word, which may have a zone.
  return address ? (canonicalAddress(address.split('%', 1)[0]!) ?? null) : null
}
