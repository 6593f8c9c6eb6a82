import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTestApp, SECRET_KEY, type TestApp } from '../testing/create-test-app.ts'
import { createCipher } from './cipher.ts'
import { resolveSecrets } from './resolve-secrets.ts'

const VALUE = 'canary-7f3a9b "quoted" é'
const OTHER_KEY = Buffer.alloc(32, 'another').toString('base64')

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.stop())

const set = (body: object, token?: string) =>
  test.call('/api/secrets:set', { body, ...(token === undefined ? {} : { token }) })

async function restart(env: Record<string, string>): Promise<TestApp> {
  const beside = await createTestApp(env, test)
  onTestFinished(() => beside.stop())
  return beside
}

describe('secrets', () => {
  it('are set, listed without their value and deleted', async () => {
    const { body } = await set({ name: 'TOKEN', value: VALUE })
    expect(body.data).toMatchObject({ name: 'TOKEN', kind: 'text', warning: null })
    const list = await test.call('/api/secrets:list')
    expect(list.body.data).toMatchObject([{ name: 'TOKEN', kind: 'text', updatedBy: expect.any(String) }])
    expect(JSON.stringify([body, list.body])).not.toMatch(/canary|envelope/)
    expect(test.app.secrets.current().values.TOKEN).toBe(VALUE)
    expect((await test.call('/api/secrets:delete', { body: { name: 'TOKEN' } })).status).toBe(200)
    expect((await test.call('/api/secrets:delete', { body: { name: 'TOKEN' } })).status).toBe(404)
    expect(test.app.secrets.current().values).toEqual({})
  })

  it('are stored encrypted, each by itself', async () => {
    await set({ name: 'A', value: VALUE })
    await set({ name: 'B', value: VALUE })
    const rows = await test.app.client.db.selectFrom('secret').select('envelope').execute()
    const [a, b] = rows.map((row) => row.envelope) as [string, string]
    expect(a).toMatch(/^k[0-9a-f]{8}:[\w+/]{16}:[\w+/=]+:[\w+/=]{24}$/)
    expect(a).not.toBe(b)
    const cipher = createCipher([Buffer.from(SECRET_KEY, 'base64')])
    expect(cipher.open({ table: 'secret', name: 'A', kind: 'text' }, a)).toBe(JSON.stringify(VALUE))
    // One that was moved to another row, or changed, can't be opened.
    expect(cipher.open({ table: 'secret', name: 'B', kind: 'text' }, a)).toBeUndefined()
    expect(cipher.open({ table: 'secret', name: 'A', kind: 'http' }, a)).toBeUndefined()
    const [id, nonce, sealed, tag] = a.split(':') as [string, string, string, string]
    const changed = [id, nonce, sealed.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')), tag].join(':')
    expect(cipher.open({ table: 'secret', name: 'A', kind: 'text' }, changed)).toBeUndefined()
  })

  it('are masked for a while after they were replaced or deleted', async () => {
    await set({ name: 'CHANGING', value: 'the first value' })
    expect(test.app.secrets.current().values.CHANGING).toBe('the first value')
    await set({ name: 'CHANGING', value: 'the second value' })
    const masked = () => test.app.secrets.current().masker.text('the first value, the second value')
    expect(masked()).toBe('[masked], [masked]')
    await test.call('/api/secrets:delete', { body: { name: 'CHANGING' } })
    expect(test.app.secrets.current().values).not.toHaveProperty('CHANGING')
    expect(masked()).toBe('[masked], [masked]')
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await set({ name: 'CHANGING', value: 'the third value' })
    expect(masked()).toBe('the first value, the second value')
  })

  it('say when a value is too short to be masked', async () => {
    expect((await set({ name: 'PIN', value: '12345' })).body.data.warning).toContain('fewer than 6')
    const basic = { type: 'basic', username: 'me', password: 'short' }
    expect((await set({ name: 'PIN', kind: 'http', value: basic })).body.data.warning).toContain('fewer than 6')
  })

  it('hold credentials: for HTTP, and for a mail server by members or by URL', async () => {
    await set({ name: 'API', kind: 'http', value: { type: 'bearer', token: 'token-123' } })
    const url = 'smtps://me%40example.com:p%40ss-word@mail.example.com:4650?from=shop@example.com'
    expect((await set({ name: 'MAIL', kind: 'smtp', value: url })).status).toBe(200)
    const secrets = test.app.secrets.current()
    expect(secrets.credential('API', 'http')).toEqual({ type: 'bearer', token: 'token-123' })
    expect(secrets.credential('MAIL', 'smtp')).toEqual({
      host: 'mail.example.com',
      port: 4650,
      secure: true,
      username: 'me@example.com',
      password: 'p@ss-word',
      from: 'shop@example.com',
    })
    expect(() => secrets.credential('API', 'smtp')).toThrow('of the kind http')
    expect(() => secrets.credential('NONE', 'smtp')).toThrow('There is no secret "NONE"')
  })

  it.each([
    [{ name: '1A', value: VALUE }, 'name'],
    [{ name: '__proto__x y', value: VALUE }, 'name'],
    [{ name: 'A', value: '' }, 'value'],
    [{ name: 'A', value: { a: 1 } }, 'value'],
    [{ name: 'A', kind: 'ssh', value: VALUE }, 'kind'],
    [{ name: 'A', kind: 'http', value: { type: 'bearer' } }, 'value.token'],
    [{ name: 'A', kind: 'http', value: { type: 'bearer', token: `${VALUE}\r\nX: y` } }, 'value.token'],
    [{ name: 'A', kind: 'smtp', value: 'http://mail.example.com' }, 'value'],
    [{ name: 'A', kind: 'smtp', value: { host: 'mail', password: 'canary', extra: 1 } }, 'value'],
  ])('refuse %j', async (input, at) => {
    const { status, body } = await set(input)
    expect([status, body.errors[0].path]).toEqual([400, at])
    expect(JSON.stringify(body)).not.toContain('canary')
  })

  it('take a permission of their own; who edits workflows sees the names', async () => {
    const builder = await test.signInAs('builder@example.com', ['builder'])
    const member = await test.signInAs('member@example.com', ['member'])
    expect((await set({ name: 'X', value: VALUE }, builder)).status).toBe(403)
    expect((await test.call('/api/secrets:list', { token: builder })).status).toBe(200)
    expect((await test.call('/api/secrets:list', { token: member })).status).toBe(403)
    const role = { name: 'keeper', title: 'Keeper', permissions: { secrets: true } }
    await test.call('/api/roles:set', { body: role })
    const keeper = await test.signInAs('keeper@example.com', ['keeper'])
    expect((await set({ name: 'X', value: VALUE }, keeper)).status).toBe(200)
  })

  it('are audited without their values', async () => {
    const rows = await test.app.client.db.selectFrom('audit').selectAll().where('target', '=', 'X').execute()
    expect(rows.map(({ action, details }) => [action, details])).toContainEqual(['secrets.set', { kind: 'text' }])
    expect(JSON.stringify(rows)).not.toContain('canary')
  })

  it('are known to a deploy', async () => {
    const deploy = async (headers: object) => {
      const nodes = [{ key: 'a', type: 'http', config: { url: 'https://example.com', headers } }]
      const definition = { sync: false, trigger: { type: 'call', config: {} }, nodes, options: {} }
      const key = `k${Math.random().toString(36).slice(2)}`
      await test.call('/api/workflows:create', { body: { key, title: key, definition } })
      return test.call('/api/workflows:deploy', { body: { key } })
    }
    const { status, body } = await deploy({ A: '{{$secrets.NONE}}' })
    expect([status, body.problems[0].code]).toEqual([422, 'unknown_secret'])
    expect((await deploy({ A: '{{$secrets.X}}' })).status).toBe(200)
    expect((await deploy({ A: '{{$string($secrets)}}' })).body.problems[0].message).toContain('one by one')
  })
})

describe('resolveSecrets', () => {
  it('puts the values into a config', async () => {
    await set({ name: 'HOOK', value: VALUE })
    expect(resolveSecrets(test.app, { secrets: ['{{$secrets.HOOK}}', 'plain'], n: 1 })).toEqual({
      secrets: [VALUE, 'plain'],
      n: 1,
    })
  })

  it('refuses what is not there', () => {
    expect(() => resolveSecrets(test.app, { password: '{{$secrets.GONE}}' })).toThrow('There is no secret "GONE"')
    expect(() => resolveSecrets(test.app, 'x-{{"a" & $secrets.GONE}}')).toThrow('There is no secret "GONE"')
  })
})

describe('the master key', () => {
  it('is changed by naming the new one before the old one', async () => {
    const newKey = Buffer.alloc(32, 'the new one').toString('base64')
    await set({ name: 'ROTATED', value: VALUE })
    const beside = await restart({ ENSUE_SECRET_KEY: `${newKey}, ${SECRET_KEY}` })
    expect(beside.app.secrets.current().values.ROTATED).toBe(VALUE)
    const rows = await test.app.client.db.selectFrom('secret').select('envelope').execute()
    const cipher = createCipher([Buffer.from(newKey, 'base64')])
    expect(rows.length).toBeGreaterThan(0)
    for (const { envelope } of rows) expect(cipher.isCurrent(envelope)).toBe(true)
    // The old one is of no more use; with the new one alone everything is there.
    const after = await restart({ ENSUE_SECRET_KEY: newKey })
    expect(after.app.secrets.current().values.ROTATED).toBe(VALUE)
    await expect(createTestApp({}, test)).rejects.toThrow('encrypted with the master key')
    await restart({ ENSUE_SECRET_KEY: `${SECRET_KEY},${newKey}` })
  })

  it('must be the right one, or the process does not start', async () => {
    await expect(createTestApp({ ENSUE_SECRET_KEY: OTHER_KEY }, test)).rejects.toThrow(
      /encrypted with the master key k[0-9a-f]{8}, and another one is given\. Set ENSUE_SECRET_KEY to that key/,
    )
    await expect(createTestApp({ ENSUE_SECRET_KEY: 'c2hvcnQ=' }, test)).rejects.toThrow('a key is 32 bytes in base64')
  })

  it('is made at the first start, for its owner only, and needed from then on', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ensue-key-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const env = { ENSUE_SECRET_KEY: '', ENSUE_DATA_DIR: folder }
    const first = await createTestApp(env)
    onTestFinished(() => first.stop())
    const file = path.join(folder, 'secret.key')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await first.call('/api/secrets:set', { body: { name: 'A', value: VALUE } })

    const again = await createTestApp(env, first)
    expect(again.app.secrets.current().values.A).toBe(VALUE)
    await again.stop()

    const key = await readFile(file, 'utf8')
    await rm(file)
    await expect(createTestApp(env, first)).rejects.toThrow(`the key file ${file} holds another one or is missing`)
    await expect(stat(file)).rejects.toThrow('ENOENT')
    await writeFile(file, key)
    await (await createTestApp(env, first)).stop()
  })
})
