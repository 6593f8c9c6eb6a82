import { describe, expect, it } from 'vitest'
import { parseTriggerWorkflows } from './parse-trigger-workflows.ts'

describe('parseTriggerWorkflows', () => {
  it('reads keys and associations of text and of a list alike', () => {
    const expected = [
      { key: 'k1', association: undefined },
      { key: 'k2', association: 'category' },
    ]
    expect(parseTriggerWorkflows('k1, k2!category')).toEqual(expected)
    expect(parseTriggerWorkflows([{ workflow: 'k1' }, { workflow: 'k2', association: 'category' }])).toEqual(expected)
  })

  it('takes the same key with different paths, and the same pair once', () => {
    expect(parseTriggerWorkflows('k,k!a,k!b,k!a').map((item) => item.association)).toEqual([undefined, 'a', 'b'])
  })

  it.each(['k1,', ',', 'k!', '!a', 'k!a!b'])('refuses %o', (text) => {
    expect(() => parseTriggerWorkflows(text)).toThrow(
      expect.objectContaining({ code: 'trigger_invalid', path: 'triggerWorkflows' }),
    )
  })

  it.each([undefined, '', []])('reads %o as none', (named) => {
    expect(parseTriggerWorkflows(named)).toEqual([])
  })
})
