import { type Context, Hono } from 'hono'
import type { App } from '../context.ts'
import { type HttpEnv, requestIdOf } from '../http/request-info.ts'
import { receive } from './receive.ts'

/** Both URLs of every webhook: by the key of its workflow, or by the path of its own. */
export function webhookRoutes(app: App): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const answer = (prefix: string) => (c: Context<HttpEnv>) => {
    c.set(
      'requestId',
      requestIdOf(c.env?.incoming?.headers['x-request-id']?.toString() ?? c.req.header('x-request-id')),
    )
    return receive(app, c, c.req.path.slice(prefix.length))
  }
  routes.all('/api/webhooks/*', answer('/api/webhooks/'))
  routes.all('/api/:verb{webhook:trigger}/*', answer('/api/webhook:trigger/'))
  return routes
}
