import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let folder: string
let files: { TLS_CERT_FILE: string; TLS_KEY_FILE: string }
let databaseUrl: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-tls-'))
  files = { TLS_CERT_FILE: path.join(folder, 'cert.pem'), TLS_KEY_FILE: path.join(folder, 'key.pem') }
  const made = '-x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1'
  const out = ['-out', files.TLS_CERT_FILE, '-keyout', files.TLS_KEY_FILE]
  await promisify(execFile)('openssl', ['req', ...made.split(' '), ...out])
  databaseUrl = await cloneTemplate(inject('adminUrl'), `https_${process.pid}`)
  server = await startServer({ DATABASE_URL: databaseUrl, ...files })
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true })
})

async function post(route: string, body: object): Promise<IncomingMessage> {
  const options = {
    method: 'POST',
    ca: await readFile(files.TLS_CERT_FILE),
    headers: { 'Content-Type': 'application/json' },
  }
  const sent = request(`${server.url}/api/${route}`, options).end(JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response
}

it('a server with a certificate speaks https, and its cookies go nowhere else', async () => {
  expect(server.url).toMatch(/^https:/)
  const response = await post('auth:signIn', { ...ADMIN, cookie: true })
  expect(response.statusCode).toBe(200)
  expect(response.headers['set-cookie']?.[0]).toContain('; Secure')
  expect((await post('webhooks/nothing', {})).statusCode).toBe(404)
})

it('a server with half of it does not start', async () => {
  const half = { DATABASE_URL: databaseUrl, TLS_CERT_FILE: files.TLS_CERT_FILE }
  await expect(startServer(half)).rejects.toThrow('TLS_CERT_FILE and TLS_KEY_FILE go together')
})
