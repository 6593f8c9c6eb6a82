import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ADMIN, createTestApp, type TestApp } from '../testing/create-test-app.ts'

let test: TestApp
let member: string
beforeAll(async () => {
  test = await createTestApp()
  member = await test.signInAs('member@example.com', ['member'])
})
afterAll(() => test.stop())

const idOf = async (email: string): Promise<string> => {
  const { body } = await test.call('/api/users:list')
  return body.data.find((user: { email: string }) => user.email === email).id
}

describe('users', () => {
  it('are managed by those with the permission only', async () => {
    const body = { email: 'x@example.com', password: ADMIN.password }
    expect((await test.call('/api/users:create', { body, token: member })).status).toBe(403)
    expect((await test.call('/api/users:list', { token: member })).status).toBe(403)
    expect((await test.call('/api/audit:list', { token: member })).status).toBe(403)
    await vi.waitFor(async () => {
      const { body: audit } = await test.call('/api/audit:list?action=permission')
      expect(audit.data).toContainEqual(expect.objectContaining({ outcome: 'denied', target: 'users', role: 'member' }))
    })
  })

  it('have one account per address', async () => {
    const reply = await test.call('/api/users:create', {
      body: { email: 'MEMBER@example.com', password: ADMIN.password },
    })
    expect(reply.status).toBe(409)
    expect(reply.body.errors[0].path).toBe('email')
  })

  it('never show a password', async () => {
    expect(JSON.stringify((await test.call('/api/users:list')).body)).not.toMatch(/password|argon2/i)
  })

  it('change their own password when they know it, and nothing else', async () => {
    const id = await idOf('member@example.com')
    const update = (body: object, token: string) => test.call('/api/users:update', { body: { id, ...body }, token })
    expect((await update({ password: 'another password' }, member)).status).toBe(403)
    expect((await update({ roles: ['admin'] }, member)).status).toBe(403)
    expect((await update({ disabled: false }, member)).status).toBe(403)
    const right = await update({ password: 'another password', currentPassword: ADMIN.password }, member)
    expect(right.status).toBe(200)
    expect((await test.call('/api/auth:me', { token: member })).status).toBe(401)
  })

  it('stay as they are when nothing is to change', async () => {
    const reply = await test.call('/api/users:update', { body: { id: await idOf('member@example.com') } })
    expect([reply.status, reply.body.data.email]).toEqual([200, 'member@example.com'])
    const id = '00000000-0000-0000-0000-000000000000'
    expect((await test.call('/api/users:update', { body: { id } })).status).toBe(404)
  })

  it('keep at least one administrator', async () => {
    const id = await idOf(ADMIN.email)
    expect((await test.call('/api/users:update', { body: { id, roles: ['member'] } })).status).toBe(409)
    expect((await test.call('/api/users:update', { body: { id, disabled: true } })).status).toBe(409)
  })

  it('who are disabled are out at once', async () => {
    const token = await test.signInAs('gone@example.com', ['member'])
    expect((await test.call('/api/auth:me', { token })).status).toBe(200)
    await test.call('/api/users:update', { body: { id: await idOf('gone@example.com'), disabled: true } })
    expect((await test.call('/api/auth:me', { token })).status).toBe(401)
  })

  it('with the permission to manage users can not make themselves administrators', async () => {
    const permissions = { users: true }
    expect((await test.call('/api/roles:set', { body: { name: 'hr', permissions } })).status).toBe(200)
    const token = await test.signInAs('hr@example.com', ['hr'])
    const id = await idOf('hr@example.com')
    expect((await test.call('/api/users:update', { body: { id, roles: ['admin'] }, token })).status).toBe(403)
    expect(
      (await test.call('/api/roles:set', { body: { name: 'hr', permissions: { all: true } }, token })).status,
    ).toBe(403)
    expect((await test.call('/api/apiKeys:create', { body: { name: 'k', role: 'admin' }, token })).status).toBe(403)
    const admin = await idOf(ADMIN.email)
    expect(
      (await test.call('/api/users:update', { body: { id: admin, password: 'stolen password' }, token })).status,
    ).toBe(403)
  })
})

describe('roles', () => {
  it('keep the administrator’s permissions', async () => {
    expect((await test.call('/api/roles:set', { body: { name: 'admin', permissions: {} } })).status).toBe(409)
  })

  it('refuse permissions that do not exist', async () => {
    const { status, body } = await test.call('/api/roles:set', { body: { name: 'x', permissions: { root: true } } })
    expect(status).toBe(400)
    expect(body.errors[0].path).toBe('permissions')
  })
})

describe('audit', () => {
  it('can not be rewritten', async () => {
    await expect(test.app.client.pool.query('delete from ensue.audit')).rejects.toThrow('immutable')
    await expect(test.app.client.pool.query(`update ensue.audit set action = 'x'`)).rejects.toThrow('immutable')
  })
})
