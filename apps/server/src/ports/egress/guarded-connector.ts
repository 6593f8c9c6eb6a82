import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import { plainHost } from './allow-rules.ts'
import type { EgressGuard } from './egress-guard.ts'

const CONNECT_TIMEOUT_MS = 5_000

/** Opens sockets for undici, to vetted addresses only. As every socket comes from here, nothing that an agent sends can
 *  go elsewhere: no redirect, no second answer of the resolver, no reused connection of another policy. */
export function createGuardedConnector(guard: EgressGuard): buildConnector.connector {
  const open = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false })
  return (options, callback) => {
    connectVetted(guard, open, options).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

async function connectVetted(guard: EgressGuard, open: buildConnector.connector, options: buildConnector.Options) {
  const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
  const addresses = await guard.vet(options.hostname, port)
  const name = options.servername || (isIP(options.hostname) ? undefined : plainHost(options.hostname))
  let failure: unknown
  for (const address of addresses) {
    try {
      // The name stays what TLS asks and checks the certificate for; the address is where the socket goes.
      return await new Promise<Socket>((resolve, reject) =>
        open({ ...options, hostname: address, ...(name === undefined ? {} : { servername: name }) }, (error, socket) =>
          error ? reject(error) : resolve(socket as Socket),
        ),
      )
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
