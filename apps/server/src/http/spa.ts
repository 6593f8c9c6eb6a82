import { existsSync } from 'node:fs'
import path from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { HttpEnv } from './request-info.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../admin/dist')

/** The built admin app. Its files have their hash in the name; any other path is the app's own and gets index.html. */
export function spaRoutes(root = ROOT): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  if (!existsSync(root)) return routes
  routes.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
      // The proxy that ends TLS knows whether this host may promise https for a year; we don't.
      strictTransportSecurity: false,
    }),
  )
  routes.get('/assets/*', async (c, next) => {
    c.header('Cache-Control', 'public, max-age=31536000, immutable')
    await next()
  })
  routes.get('/assets/*', serveStatic({ root, precompressed: true }))
  routes.get('/assets/*', (c) => {
    c.header('Cache-Control', 'no-store')
    return c.text('Not found', 404)
  })
  routes.get('*', async (c, next) => {
    c.header('Cache-Control', 'no-cache')
    await next()
  })
  routes.get('*', serveStatic({ root }))
  routes.get('*', serveStatic({ root, path: 'index.html' }))
  return routes
}
