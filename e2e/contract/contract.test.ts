import { createClient } from '@ensue/sdk'
import { describe, expect, it } from 'vitest'
import { appRouter } from '../../apps/server/src/router.ts'

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
    const own = new Set(['executions.wait'])
    const methods = Object.entries(client).flatMap(([noun, resource]) =>
      typeof resource === 'object' ? Object.keys(resource).map((verb) => `${noun}.${verb}`) : [],
    )
    expect(methods.filter((method) => !own.has(method) && !procedures.includes(method))).toEqual([])
  })
})
