import { isIPv4, isIPv6 } from 'node:net'

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** One spelling for each address, IPv4 seen through an IPv6 socket as IPv4; undefined for anything else. Refused rather than
 *  guessed: octal-looking parts (`010.0.0.1`), short forms (`127.1`) and zone ids, which mean nothing outside their host. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  // As sockets that take both families write it, with every request.
  if (text.startsWith('::ffff:') && isIPv4(text.slice(7))) return text.slice(7)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const mapped = MAPPED.exec(canonical)
  return mapped ? [...toBytes(mapped[1]!), ...toBytes(mapped[2]!)].join('.') : canonical
}

function toBytes(group: string): [number, number] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}
