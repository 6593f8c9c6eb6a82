import { NodeError } from '../core/errors.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { EXPRESSION_LIMITS } from './limits.ts'

/** JSONata's effective boolean: empty text, 0, null, `[]`, `{}` and a missing value are false; an array is true when an item is. */
export function isTruthy(value: Json | undefined): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'number':
      return isNumber(value) && value !== 0
    case 'undefined':
      return false
  }
  if (value === null) return false
  return Array.isArray(value) ? value.some(isTruthy) : Object.keys(value).length > 0
}

/** @throws NodeError when a number is out of range, which no later step may take for a value */
export function isNumber(value: Json | undefined): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (!Number.isFinite(value)) throw new NodeError('expression_failed', 'a number is out of range')
  return true
}

export function isSameJson(left: Json, right: Json): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => isSameJson(item, right[i]!))
  if (Array.isArray(right)) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key]!, (right as JsonObject)[key]!))
  )
}

/** A value inside text: missing and null are empty, dates ISO, objects and arrays JSON. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (typeof value !== 'object') return String(value)
  checkTextSize(value as Json)
  return JSON.stringify(value)
}

/** What JSONata's `$string` and `&` make of a value: fractions are rounded to 15 digits. */
export function toJsonataText(value: Json | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new NodeError('expression_failed', 'a number is out of range')
  checkTextSize(value)
  return JSON.stringify(value, (_, item: Json) =>
    typeof item === 'number' && !Number.isInteger(item) ? Number(item.toPrecision(15)) : item,
  )
}

/** @throws NodeError `expression_limit` before a value that is too large is turned into text */
export function checkTextSize(value: Json | undefined): void {
  if (remainingText(value, EXPRESSION_LIMITS.maxTextLength) < 0) throw textTooLong()
}

export function textTooLong(): NodeError {
  return new NodeError(
    'expression_limit',
    `a text or result is longer than ${EXPRESSION_LIMITS.maxTextLength} characters`,
  )
}

// A lower bound of the JSON's length; stops at once when the budget is spent, so shared parts can't make it slow.
function remainingText(value: Json | undefined, budget: number): number {
  if (typeof value === 'string') return budget - value.length
  if (typeof value !== 'object' || value === null) return budget - 1
  let left = budget - 2
  for (const key in value) {
    if (left < 0) break
    left = remainingText((value as JsonObject)[key], Array.isArray(value) ? left : left - key.length)
  }
  return left
}
