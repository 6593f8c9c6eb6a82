import { describe, expect, it } from 'vitest'
import { record, redo, startHistory, undo } from './history.ts'

describe('history', () => {
  it('undoes and redoes step by step', () => {
    const history = record(record(startHistory('a'), 'b'), 'c')
    expect(undo(history).present).toBe('b')
    expect(undo(undo(history)).present).toBe('a')
    expect(undo(undo(undo(history))).present).toBe('a')
    expect(redo(undo(history)).present).toBe('c')
    expect(redo(history)).toBe(history)
  })

  it('forgets what was undone when something new is done', () => {
    expect(redo(record(undo(record(startHistory('a'), 'b')), 'x')).present).toBe('x')
  })

  it('joins quick changes of the same field into one step', () => {
    let history = record(startHistory('a'), 'ab', 'title', 1_000)
    history = record(history, 'abc', 'title', 1_500)
    expect(undo(history).present).toBe('a')
    expect(undo(record(history, 'abcd', 'other', 1_600)).present).toBe('abc')
    expect(undo(record(history, 'abcd', 'title', 9_000)).present).toBe('abc')
  })
})
