import { createTestDb } from '@ensue/db/testing'
import type { Hono } from 'hono'
import type { DestinationStream } from 'pino'
import { createHttpApp } from '../app.ts'
import { ensureAdmin } from '../auth/ensure-admin.ts'
import { forgetPrincipals } from '../auth/find-principal.ts'
import { readConfig } from '../config.ts'
import type { App, Caller } from '../context.ts'
import { createApp } from '../create-app.ts'
import type { HttpEnv } from '../http/request-info.ts'
import { createLog } from '../log.ts'

/** The master key of test apps: those on one database share it. */
export const SECRET_KEY = Buffer.alloc(32, 'test key').toString('base64')
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' }

export interface CallOptions {
  method?: string
  /** Sent as JSON. */
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
}

/** `body` is what JSON.parse gives, for tests to look into. */
export interface Reply {
  status: number
  headers: Headers
  body: ReturnType<typeof JSON.parse>
}

export interface TestApp {
  app: App
  http: Hono<HttpEnv>
  /** Session token of the administrator. */
  token: string
  /** The administrator as verbs see it. */
  caller: Caller
  /** Sends a request as the administrator; POST when there is a body. */
  call(path: string, options?: CallOptions): Promise<Reply>
  /** Makes a user with the roles and signs in. @returns the session token */
  signInAs(email: string, roles: string[]): Promise<string>
  stop(): Promise<void>
}

/** A whole process, with its HTTP interface in memory and a signed-in administrator, on a database of its own or of `beside`. */
export async function createTestApp(
  env: Record<string, string> = {},
  beside?: TestApp,
  logTo?: DestinationStream,
): Promise<TestApp> {
  const database = beside ? undefined : await createTestDb()
  const connectionString = database?.connectionString ?? beside!.app.client.connectionString
  const config = readConfig({
    ENSUE_ADMIN_EMAIL: ADMIN.email,
    ENSUE_ADMIN_PASSWORD: ADMIN.password,
    ENSUE_SECRET_KEY: SECRET_KEY,
    ...env,
  })
  const running = await createApp(config, connectionString, createLog(env.LOG_LEVEL ?? 'silent', logTo))
  await ensureAdmin(running.app)
  const http = createHttpApp(running.app)
  let token = ''

  async function call(path: string, options: CallOptions = {}): Promise<Reply> {
    const bearer = options.token === undefined ? token : options.token
    const response = await http.request(path, {
      method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
  }

  async function signIn(email: string, password: string): Promise<string> {
    const { status, body } = await call('/api/auth:signIn', { body: { email, password }, token: null })
    if (status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(body)}`)
    return body.data.token
  }

  token = await signIn(ADMIN.email, ADMIN.password)
  const me = (await call('/api/auth:me')).body.data
  return {
    app: running.app,
    http,
    token,
    caller: {
      principal: { kind: 'user', userId: me.user.id, email: ADMIN.email, roles: ['admin'], role: 'admin' },
      requestId: 'test',
      ip: null,
      userAgent: null,
    },
    call,
    async signInAs(email, roles) {
      const { status, body } = await call('/api/users:create', { body: { email, password: ADMIN.password, roles } })
      if (status !== 200) throw new Error(`user not created: ${JSON.stringify(body)}`)
      return signIn(email, ADMIN.password)
    },
    async stop() {
      forgetPrincipals(running.app)
      await running.stop()
      await database?.drop()
    },
  }
}
