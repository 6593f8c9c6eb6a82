import { describe, expect, it } from 'vitest'
import { paramsInWords, sourceOf } from './event-words.ts'

describe('paramsInWords', () => {
  it('names members with their values', () => {
    expect(paramsInWords({ sku: 7, urgent: false, note: null })).toBe('sku 7, urgent false, note nothing')
  })

  it('calls objects by their name and counts lists', () => {
    expect(paramsInWords({ workflow: { key: 'k', title: 'Orders' }, lines: [1, 2], one: [1] })).toBe(
      'workflow Orders, lines 2 items, one 1 item',
    )
  })

  it('ends after four members', () => {
    expect(paramsInWords({ a: 1, b: 2, c: 3, d: 4, e: 5 })).toBe('a 1, b 2, c 3, d 4, …')
  })

  it('is empty without parameters', () => {
    expect(paramsInWords({})).toBe('')
  })
})

describe('sourceOf', () => {
  it('names the user of a call', () => {
    const source = { kind: 'api', user: { id: '1', email: 'ann@example.com' }, role: 'admin' }
    expect(sourceOf({ source })).toEqual({ kind: 'api', words: 'ann@example.com' })
  })

  it('names the role of an API key', () => {
    expect(sourceOf({ source: { kind: 'api', user: null, role: 'builder' } }).words).toBe('API, as builder')
  })

  it('leads to the execution that emitted it', () => {
    expect(sourceOf({ source: { kind: 'execution', executionId: 'e1', path: 'reorder' } })).toEqual({
      kind: 'execution',
      words: 'A workflow',
      executionId: 'e1',
    })
  })

  it('tells a debug run', () => {
    expect(sourceOf({ source: { kind: 'execution', executionId: 'e1', path: 'a', debug: true } }).debug).toBe(true)
  })
})
