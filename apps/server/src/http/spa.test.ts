import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpEnv } from './request-info.ts'
import { spaRoutes } from './spa.ts'

let root: string
let spa: Hono<HttpEnv>
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'spa-'))
  await mkdir(path.join(root, 'assets'))
  await writeFile(path.join(root, 'index.html'), '<title>Ensue</title>')
  await writeFile(path.join(root, 'assets/app-1a2b.js'), '0')
  spa = spaRoutes(root)
})
afterAll(() => rm(root, { recursive: true }))

describe('the admin app', () => {
  it('is the index at every path of its own, asked for anew each time', async () => {
    for (const at of ['/', '/workflows/k/edit', '/index.html']) {
      const reply = await spa.request(at)
      expect([at, reply.status, reply.headers.get('cache-control')]).toEqual([at, 200, 'no-cache'])
      expect(await reply.text()).toContain('Ensue')
    }
  })

  it('keeps its hashed files for good, and says so when one is not there', async () => {
    const file = await spa.request('/assets/app-1a2b.js')
    expect(file.headers.get('cache-control')).toContain('immutable')
    expect(file.headers.get('content-type')).toContain('javascript')
    const missing = await spa.request('/assets/app-gone.js')
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store'])
  })

  it('runs no script but its own and is shown in no frame', async () => {
    const policy = (await spa.request('/')).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-eval')
    expect((await spa.request('/')).headers.get('x-frame-options')).toBe('DENY')
  })

  it('does not lead out of its folder', async () => {
    const reply = await spa.request('/..%2f..%2fetc/passwd')
    expect(await reply.text()).toContain('Ensue')
  })
})
