import { BlockList, isIP } from 'node:net'
import { familyOf, ranges } from './public-address.ts'

/** One entry of EGRESS_ALLOW. A port limits it to that port. */
export type AllowRule =
  | { kind: 'everything' }
  | { kind: 'name'; name: string; port: number | undefined }
  | { kind: 'suffix'; suffix: string; port: number | undefined }
  | { kind: 'addresses'; list: BlockList; port: number | undefined }

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^:[\]/@?#\s]+)(?::(\d{1,5}))?$/i
const NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/
const WILDCARD = '*.'

/** Reads the entries of EGRESS_ALLOW: a range `10.0.0.0/8`, an address, `host`, `host:port`, `*.suffix`, or `*`.
 *  @throws Error with a sentence for the operator */
export function parseAllowRules(entries: readonly string[]): AllowRule[] {
  return entries.map((entry) => {
    const rule = parseRule(entry)
    if (rule) return rule
    throw new Error(
      `EGRESS_ALLOW: "${entry}" can't be used. Write addresses (10.1.2.3), ranges (10.0.0.0/8), names (api.internal), names with a port (localhost:4000), *.internal, or * for everything.`,
    )
  })
}

function parseRule(entry: string): AllowRule | undefined {
  if (entry === '*') return { kind: 'everything' }
  if (entry.includes('/')) return parseRange(entry)
  if (isIP(entry) === 6) return addressRule(entry, undefined)
  const [, host = '', portText] = HOST_AND_PORT.exec(entry) ?? []
  const port = portText === undefined ? undefined : Number(portText)
  if (host === '' || (port !== undefined && (port < 1 || port > 65_535))) return undefined
  const isWildcard = host.startsWith(WILDCARD)
  // The same spelling as in requests: lower case, punycode, 127.1 as 127.0.0.1.
  const url = URL.parse(`http://${isWildcard ? host.slice(WILDCARD.length) : host}`)
  if (!url) return undefined
  const name = plainHost(url.hostname)
  if (isIP(name)) return isWildcard ? undefined : addressRule(name, port)
  if (!NAME.test(name)) return undefined
  return isWildcard ? { kind: 'suffix', suffix: `.${name}`, port } : { kind: 'name', name, port }
}

function parseRange(cidr: string): AllowRule | undefined {
  const [address = '', prefix = '', ...rest] = cidr.split('/')
  const longest = isIP(address) === 4 ? 32 : 128
  if (isIP(address) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) return undefined
  return { kind: 'addresses', list: ranges([cidr]), port: undefined }
}

function addressRule(address: string, port: number | undefined): AllowRule {
  const list = new BlockList()
  list.addAddress(address, familyOf(address))
  return { kind: 'addresses', list, port }
}

/** A host as a URL spells it, without the brackets of IPv6 and the final dot of a rooted name. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** Whether the operator allows whatever the name leads to. */
export function allowsName(rules: readonly AllowRule[], name: string, port: number): boolean {
  return rules.some((rule) => {
    if (rule.kind === 'everything') return true
    if (rule.kind === 'addresses' || (rule.port !== undefined && rule.port !== port)) return false
    return rule.kind === 'name' ? rule.name === name : name.endsWith(rule.suffix)
  })
}

export function allowsAddress(rules: readonly AllowRule[], address: string, port: number): boolean {
  return rules.some(
    (rule) =>
      rule.kind === 'addresses' &&
      (rule.port === undefined || rule.port === port) &&
      rule.list.check(address, familyOf(address)),
  )
}
