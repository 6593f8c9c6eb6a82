import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { expect, inject, it } from 'vitest'
import { ADMIN, startServer } from '../start-server.ts'

it('the tour of the README works as pasted', async () => {
  const readme = await readFile(path.resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const tour = /<!-- tour -->\n```bash\n([\s\S]*?)```/.exec(readme)?.[1]
  const server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `tour_${process.pid}`) })
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', tour ?? 'exit 1'], {
      env: { ...process.env, URL: server.url, PASSWORD: ADMIN.password },
    })
    const replies = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(
      replies.flatMap((reply) => (Array.isArray(reply.data) ? reply.data : [])).map((record) => record.status),
    ).toEqual(expect.arrayContaining(['paid', 'large', 'succeeded']))
    expect(replies.filter((reply) => reply.errors)).toMatchObject([{ errors: [{ code: 'trigger_invalid' }] }])
    expect(replies.at(-1)).toEqual({ approved: true })
  } finally {
    await server.stop()
  }
})
