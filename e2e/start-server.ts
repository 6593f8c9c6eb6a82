import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { createClient } from '@ensue/sdk'

const ROOT = path.resolve(import.meta.dirname, '..')
/** One for all: tests start several servers on one database. */
const SECRET_KEY = Buffer.alloc(32, 'test key').toString('base64')
export const ADMIN = { email: 'admin@example.com', password: 'a-long-password' }

export interface TestServer {
  url: string
  process: ChildProcess
  /** What it has printed so far. */
  output(): string
  signIn(email?: string, password?: string): Promise<ReturnType<typeof createClient>>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Starts the product as a process of its own, as an operator does, and waits until it serves. */
export async function startServer(env: Record<string, string> = {}): Promise<TestServer> {
  const port = env.PORT ?? String(await freePort())
  const child = spawn(process.execPath, [path.join(ROOT, 'apps/server/src/main.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      ENSUE_ADMIN_EMAIL: ADMIN.email,
      ENSUE_ADMIN_PASSWORD: ADMIN.password,
      ENSUE_SECRET_KEY: SECRET_KEY,
      LOG_LEVEL: 'warn',
      ...env,
      PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /Ensue runs at (\S+)/.exec(output)
      if (found) resolve(found[1]!)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)))
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    }
    return child.exitCode
  }
  return {
    url,
    process: child,
    output: () => output,
    async signIn(email = ADMIN.email, password = ADMIN.password) {
      const client = createClient({ url })
      const { token } = await client.auth.signIn({ email, password })
      return client.with({ token })
    },
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL')
    },
  }
}

/** Asks until the answer is right. @throws Error with the last answer after the time */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
