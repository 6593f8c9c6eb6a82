import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { isPublicAddress } from '../ports/egress/public-address.ts'
import { canonicalAddress } from './ip-address.ts'

/** Of all connections so many may come from one place. */
const SHARE_OF_SOURCE = 0.25
const IPV6_NETWORK_GROUPS = 4

export interface ConnectionLimit {
  max: number
  /** Where a connection is from, by the address at its other end; undefined: from where no share is counted. */
  sourceOf?(address: string): string | undefined
  /** Connections were turned away; told at the first, then by those of a minute. */
  onFull(dropped: number): void
  everyMs?: number
}

/** The networks that one subscriber has: an IPv4 address, or 64 bits of IPv6. Addresses that aren't public are proxies of the
 *  operator, or neighbours: many people may come through one. */
export function publicSource(address: string): string | undefined {
  const canonical = canonicalAddress(address)
  if (canonical === undefined || !isPublicAddress(canonical)) return undefined
  if (!canonical.includes(':')) return canonical
  const [head = '', tail] = canonical.split('::')
  const groups = head.split(':')
  // Canonical: what `::` stands for is not written out.
  while (tail !== undefined && groups.length < IPV6_NETWORK_GROUPS) groups.push('0')
  return groups.slice(0, IPV6_NETWORK_GROUPS).join(':')
}

/** Turns connections away that are too many, before anything is read of them. */
export function limitConnections(
  server: Server,
  { max, sourceOf = () => undefined, onFull, everyMs = 60_000 }: ConnectionLimit,
): void {
  const maxOfSource = Math.max(1, Math.floor(max * SHARE_OF_SOURCE))
  const open = new Map<string, number>()
  let dropped = 0
  let tell: NodeJS.Timeout | undefined

  function drop(): void {
    dropped += 1
    if (tell) return
    const report = () => {
      tell = undefined
      if (dropped === 0) return
      onFull(dropped)
      dropped = 0
      tell = setTimeout(report, everyMs).unref()
    }
    report()
  }

  server.maxConnections = max
  server.on('drop', drop)
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress === undefined ? undefined : sourceOf(socket.remoteAddress)
    if (source === undefined) return
    const count = open.get(source) ?? 0
    if (count >= maxOfSource) {
      socket.destroy()
      drop()
      return
    }
    open.set(source, count + 1)
    socket.once('close', () => {
      const left = open.get(source)! - 1
      if (left === 0) open.delete(source)
      else open.set(source, left)
    })
  })
}
