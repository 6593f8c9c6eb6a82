import { cloneTemplate } from '@ensue/db/testing/cluster'
import { createClient } from '@ensue/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { appRouter } from '../../apps/server/src/router.ts'
import { startServer, type TestServer } from '../start-server.ts'

const client = createClient({ url: 'http://127.0.0.1:1' }) as unknown as Record<string, Record<string, unknown>>
const records = (client.collection as unknown as (name: string) => Record<string, unknown>)('any')

/** `noun.verb` of every procedure. */
const procedures = Object.keys(appRouter._def.procedures)

describe('the SDK', () => {
  it.each(procedures)('has a method for %s', (procedure) => {
    const [noun, verb] = procedure.split('.') as [string, string]
    const resource = noun === 'records' ? records : client[noun]
    expect(resource?.[verb], procedure).toBeTypeOf('function')
  })

  it('has no method for a procedure that does not exist', () => {
    const own = new Set([
      'executions.wait',
      'records.iterate',
      'records.createMany',
      'records.updateMany',
      'records.destroyMany',
      // Of `records.trigger`, on none.
      'workflows.trigger',
    ])
    const methods = Object.entries({ ...client, records }).flatMap(([noun, resource]) =>
      typeof resource === 'object' ? Object.keys(resource).map((verb) => `${noun}.${verb}`) : [],
    )
    expect(methods.filter((method) => !own.has(method) && !procedures.includes(method))).toEqual([])
  })
})

describe('REST', () => {
  const isPublic = new Set(['auth.signIn'])
  let server: TestServer

  beforeAll(async () => {
    server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `contract_${process.pid}`) })
  })
  afterAll(() => server?.stop())

  async function post(path: string) {
    const response = await fetch(`${server.url}/api/${path}`, { method: 'POST' })
    const { errors } = (await response.json()) as { errors: { code: string }[] }
    return [response.status, errors[0]?.code]
  }

  it.each(
    Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)
      .filter(([, procedure]) => procedure._def.type !== 'subscription')
      .map(([name]) => name),
  )('has an alias of %s', async (procedure) => {
    // Who calls is asked before what with: a path that leads nowhere would be a 404.
    const refused = isPublic.has(procedure) ? [400, 'invalid_input'] : [401, 'unauthorized']
    expect(await post(procedure.replace('.', ':'))).toEqual(refused)
  })

  it('answers 404 to a verb that does not exist', async () => {
    expect(await post('workflows:nothing')).toEqual([404, 'not_found'])
  })
})
