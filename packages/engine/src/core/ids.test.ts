import { expect, it } from 'vitest'
import { isUuid, newId, newKey } from './ids.ts'

it('makes ids that sort in the order they were made, also within a millisecond and when the clock steps back', () => {
  const now = Date.now()
  const ids = Array.from({ length: 20_000 }, (_, i) => newId(i < 15_000 ? now : now - 1_000))
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

it('makes UUIDs of version 7', () => {
  const id = newId()
  expect(isUuid(id)).toBe(true)
  expect(id).toMatch(/^.{8}-.{4}-7.{3}-[89ab]/)
  expect(isUuid(`${id}0`)).toBe(false)
})

it('makes keys of 16 base32 characters', () => {
  const keys = Array.from({ length: 1_000 }, newKey)
  for (const key of keys) expect(key).toMatch(/^[a-z2-7]{16}$/)
  expect(new Set(keys).size).toBe(keys.length)
})
