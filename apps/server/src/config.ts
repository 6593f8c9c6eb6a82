import path from 'node:path'
import type { DeliveryRetention } from '@ensue/db'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)

const days = z.coerce.number().int().min(1).max(3_650)

const environment = z.object({
  DATABASE_URL: z.string().optional(),
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  ENSUE_ROLE: z.enum(['all', 'http', 'runner']).default('all'),
  ENSUE_DATA_DIR: z.string().default('.ensue'),
  ENSUE_ADMIN_EMAIL: z.email().default('admin@example.com'),
  ENSUE_ADMIN_PASSWORD: z.string().min(8).optional(),
  ENSUE_SECRET_KEY: z.string().optional(),
  /** PEM files; with them the server speaks https. */
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(16).default(0),
  /** Open at once. */
  MAX_CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  EGRESS_ALLOW: z.string().optional(),
  RUNNER_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(64),
  /** Days that the inbox of webhooks keeps a delivery. */
  DELIVERY_RETENTION_DAYS: days.default(14),
  /** The same of refused ones. */
  REFUSED_DELIVERY_RETENTION_DAYS: days.default(3),
  /** The same of emitted events. */
  EVENT_RETENTION_DAYS: days.default(30),
  /** The same of executions that are over, where their workflow does not say otherwise. */
  EXECUTION_RETENTION_DAYS: days.default(90),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export interface Config {
  /** Of a PostgreSQL of the operator's; absent: the embedded one is started. */
  databaseUrl: string | undefined
  port: number
  host: string
  /** Paths of PEM files; absent: plain http. */
  tls: { certFile: string; keyFile: string } | undefined
  role: 'all' | 'http' | 'runner'
  dataDir: string
  admin: { email: string; password: string | undefined }
  /** Master keys as given, the current one first; absent: the key file in the data folder. */
  secretKey: string | undefined
  /** Proxies in front whose X-Forwarded-For entries are believed. */
  trustProxyHops: number
  maxConnections: number
  egressAllow: string[]
  /** Executions that one process runs at once. */
  runnerConcurrency: number
  logLevel: string
  deliveries: DeliveryRetention
  eventsKeptDays: number
  executionsKeptDays: number
  /** Longest wait of a sync reply before it becomes a 202. */
  syncDeadlineMs: number
  maxBodyBytes: number
  /** Time a stopping process gives to what runs. */
  drainMs: number
}

/** The only reader of the environment.
 *  @throws Error one sentence per variable that can't be used */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const result = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!result.success)
    throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  const values = result.data
  return {
    databaseUrl: values.DATABASE_URL,
    port: values.PORT,
    host: values.HOST,
    tls: tlsOf(values),
    role: values.ENSUE_ROLE,
    dataDir: path.resolve(values.ENSUE_DATA_DIR),
    admin: { email: values.ENSUE_ADMIN_EMAIL, password: values.ENSUE_ADMIN_PASSWORD },
    secretKey: values.ENSUE_SECRET_KEY,
    trustProxyHops: values.TRUST_PROXY,
    maxConnections: values.MAX_CONNECTIONS,
    egressAllow: (values.EGRESS_ALLOW ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
    runnerConcurrency: values.RUNNER_CONCURRENCY,
    logLevel: values.LOG_LEVEL,
    deliveries: {
      keepDays: values.DELIVERY_RETENTION_DAYS,
      keepRefusedDays: values.REFUSED_DELIVERY_RETENTION_DAYS,
      maxRefused: 1_000,
    },
    eventsKeptDays: values.EVENT_RETENTION_DAYS,
    executionsKeptDays: values.EXECUTION_RETENTION_DAYS,
    syncDeadlineMs: 30_000,
    maxBodyBytes: 1_048_576,
    drainMs: 25_000,
  }
}

function tlsOf({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }: z.infer<typeof environment>): Config['tls'] {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined)
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE go together: a certificate is of no use without its key.')
  return { certFile, keyFile }
}
