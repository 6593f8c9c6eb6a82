import { expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const item = (owner: string, name = owner) => ({ owner, name })
const anyone = () => true

it('gives owners turns, and each the order of asking', () => {
  const turns = createTurns<{ owner: string; name: string }>()
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) turns.add(item(name[0]!, name))
  const order = Array.from({ length: 7 }, () => turns.take(anyone)?.name)
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined])
})

it('passes over owners that may not have one now', () => {
  const turns = createTurns<{ owner: string; name: string }>()
  turns.add(item('a'))
  turns.add(item('b'))
  expect(turns.take((owner) => owner !== 'a')?.name).toBe('b')
  expect(turns.take((owner) => owner !== 'a')).toBeUndefined()
  expect(turns.size()).toBe(1)
})

it('forgets what is taken out, and serves what is put first', () => {
  const turns = createTurns<{ owner: string; name: string }>()
  const gone = item('a', 'gone')
  turns.add(gone)
  turns.add(item('a', 'stays'))
  turns.addFirst(item('z', 'again'))
  turns.remove(gone)
  turns.remove(gone)
  expect(turns.size()).toBe(2)
  expect(turns.drain().map(({ name }) => name)).toEqual(['again', 'stays'])
  expect(turns.size()).toBe(0)
})
