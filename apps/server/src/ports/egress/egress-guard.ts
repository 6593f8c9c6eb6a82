import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { NodeError } from '@ensue/engine/core'
import { allowsAddress, allowsName, parseAllowRules, plainHost } from './allow-rules.ts'
import { isPublicAddress } from './public-address.ts'

/** Decides where this process may connect to on behalf of a workflow. */
export interface EgressGuard {
  /** The addresses that a host may be connected at, every one of them checked. Connect to these: asking the resolver again
   *  could give others.
   *  @throws NodeError `egress_refused` · the error of the resolver */
  vet(hostname: string, port: number): Promise<string[]>
}

export type ResolveHost = (name: string) => Promise<string[]>

// Like the connection itself would: with /etc/hosts and the search list of the machine.
const resolveHost: ResolveHost = async (name) => (await lookup(name, { all: true })).map(({ address }) => address)

/** Ports of shells, mail and databases: a request there is an attempt to speak something else than HTTP. */
const FOREIGN_PORTS = new Set([
  0, 21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 993, 995, 1433, 3306, 5432, 6379, 11211, 27017,
])

/** @param allow the entries of EGRESS_ALLOW. @throws Error with a sentence for the operator when one can't be read */
export function createEgressGuard(allow: readonly string[], resolve: ResolveHost = resolveHost): EgressGuard {
  const rules = parseAllowRules(allow)
  return {
    async vet(hostname, port) {
      const name = plainHost(hostname)
      const addresses = isIP(name) ? [name] : await resolve(isLocalhost(name) ? 'localhost' : name)
      const isAllowed =
        allowsName(rules, name, port) ||
        addresses.every((address) => isPublicAt(address, port) || allowsAddress(rules, address, port))
      // One word on what is behind the name would turn the node into a map of the operator's network.
      if (!isAllowed || addresses.length === 0)
        throw new NodeError(
          'egress_refused',
          `Requests to "${name}" (port ${port}) are refused: only addresses of the public internet are open to workflows. The operator can allow it with EGRESS_ALLOW.`,
        )
      return addresses
    },
  }
}

function isPublicAt(address: string, port: number): boolean {
  return !FOREIGN_PORTS.has(port) && isPublicAddress(address)
}

/** RFC 6761 §6.3: never the business of a name server. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}
