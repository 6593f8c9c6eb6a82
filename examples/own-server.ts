import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A server with a database of its own that is gone when it stops. `settings` are variables of its environment. */
export async function startOwnServer(settings: Record<string, string> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'ensue-example-'))
  // As root, PostgreSQL runs under another account, which must be able to pass.
  await chmod(folder, 0o755)
  const email = 'admin@example.com'
  const password = crypto.randomUUID()
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../apps/server/src/main.ts')], {
    env: {
      ...process.env,
      ...settings,
      ENSUE_DATA_DIR: folder,
      PORT: '0',
      ENSUE_ADMIN_EMAIL: email,
      ENSUE_ADMIN_PASSWORD: password,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const found = /Ensue runs at (\S+)/.exec(output)
      if (found) resolve(found[1]!)
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.\n${output}`)))
  })
  return {
    url,
    email,
    password,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
