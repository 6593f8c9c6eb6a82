import { expect, it } from 'vitest'
import { createPaces, SLOW_MS } from './paces.ts'

function setUp(size: number) {
  let at = 0
  const paces = createPaces(size, () => at)
  return {
    ...paces,
    pass(ms: number) {
      at += ms
    },
    run(owner: string, ms: number) {
      const end = paces.start(owner)
      at += ms
      end()
    },
  }
}

it('lets one with quick runs have all runners', () => {
  const { mayStart, start, run } = setUp(2)
  run('quick', 1)
  start('quick')
  expect(mayStart('quick')).toBe(true)
})

it('keeps the last runner from a newcomer that has the others', () => {
  const { mayStart, start } = setUp(2)
  const end = start('new')
  expect(mayStart('new')).toBe(false)
  expect(mayStart('newer')).toBe(true)
  end()
  expect(mayStart('new')).toBe(true)
})

it('keeps a runner free of slow runs, whoever’s they are, also right after one of them', () => {
  const { mayStart, start, run } = setUp(2)
  for (const owner of ['slow', 'slower']) run(owner, 10 * SLOW_MS)
  run('quick', 1)
  const end = start('slow')
  expect(['slow', 'slower', 'quick', 'new'].filter(mayStart)).toEqual(['quick', 'new'])
  end()
  expect(mayStart('slower')).toBe(true)
})

it('takes a run for slow as soon as it is, and an owner by the mean of its runs', () => {
  const { mayStart, start, run, pass } = setUp(3)
  run('a', 1)
  start('a')
  start('a')
  pass(SLOW_MS + 1)
  expect(mayStart('a')).toBe(false)
  run('b', 1)
  run('b', 2 * SLOW_MS)
  expect(mayStart('b')).toBe(true)
  for (let i = 0; i < 3; i++) run('b', 2 * SLOW_MS)
  expect(mayStart('b')).toBe(false)
  for (let i = 0; i < 3; i++) run('b', 1)
  expect(mayStart('b')).toBe(true)
})

it('has no runner to keep when there is one', () => {
  const { mayStart, start } = setUp(1)
  start('a')
  expect(mayStart('a')).toBe(true)
})
