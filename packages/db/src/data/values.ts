import { AppError, findUnstorable, isUuid, type Json } from '@ensue/engine/core'
import { enumValues, type Field } from './definition.ts'
import type { Column, ResolvedCollection } from './registry.ts'

/** Turns a value as callers send it into what the column takes.
 *  @throws AppError `invalid_input` with the path of the value */
export type Convert = (value: unknown, path: string) => unknown

const converters = new WeakMap<ResolvedCollection, ReadonlyMap<string, Convert>>()

/** One converter a column; made once per collection. */
export function convertersOf(collection: ResolvedCollection): ReadonlyMap<string, Convert> {
  let found = converters.get(collection)
  if (!found) {
    found = new Map([...collection.columns.values()].map((column) => [column.name, converterOf(column)]))
    converters.set(collection, found)
  }
  return found
}

function refuse(path: string, message: string): never {
  throw new AppError('invalid_input', message, { path })
}

function converterOf(column: Column): Convert {
  const convert = scalar(column)
  const { field } = column
  return (value, path) => {
    if (value === null || value === undefined) {
      if (field.required) refuse(path, `${column.name} is required.`)
      return null
    }
    return convert(value, path)
  }
}

function scalar({ type, field, name }: Column): Convert {
  switch (type) {
    case 'string':
    case 'text':
      return textConverter(field, name)
    case 'email':
      return textConverter(field, name, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address')
    case 'url':
      return textConverter(field, name, /^https?:\/\/\S+$/i, 'a URL that starts with http:// or https://')
    case 'integer':
      return wholeConverter(field, name, -2_147_483_648n, 2_147_483_647n)
    case 'bigint':
      return wholeConverter(field, name, -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n)
    case 'decimal':
      return decimalConverter(field, name)
    case 'float':
      return (value, path) => {
        if (typeof value !== 'number' || !Number.isFinite(value)) refuse(path, `${name} is a number.`)
        return inRange(value, field, name, path)
      }
    case 'boolean':
      return (value, path) => (typeof value === 'boolean' ? value : refuse(path, `${name} is true or false.`))
    case 'date':
      return (value, path) => {
        const text = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? value.slice(0, 10) : value
        return typeof text === 'string' && isDate(text) ? text : refuse(path, `${name} is a date like 2026-01-31.`)
      }
    case 'datetime':
      return (value, path) => {
        const text = typeof value === 'string' && isDate(value) ? `${value}T00:00:00Z` : value
        if (typeof text !== 'string' || !isInstant(text))
          refuse(path, `${name} is an instant like 2026-01-31T09:30:00Z.`)
        return text
      }
    case 'time':
      return (value, path) =>
        typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(value)
          ? value
          : refuse(path, `${name} is a time of day like 09:30 or 09:30:00.`)
    case 'uuid':
      return (value, path) => (typeof value === 'string' && isUuid(value) ? value : refuse(path, `${name} is a UUID.`))
    case 'enum': {
      const values = enumValues(field)
      return (value, path) =>
        typeof value === 'string' && values.includes(value)
          ? value
          : refuse(path, `${name} is one of: ${values.join(', ')}.`)
    }
    case 'multiEnum': {
      const values = enumValues(field)
      return (value, path) => {
        if (!Array.isArray(value) || value.some((item) => !values.includes(item)))
          refuse(path, `${name} is a list of: ${values.join(', ')}.`)
        return [...new Set(value)]
      }
    }
    case 'json':
      return (value, path) => {
        const found = findUnstorable(value, path)
        if (found?.reason === 'depth') refuse(found.path, 'JSON can be 64 levels deep at most.')
        if (found)
          refuse(found.path, 'This text or number cannot be stored: U+0000, a lone surrogate or not a finite number.')
        return JSON.stringify(value)
      }
  }
}

function textConverter(field: Field, name: string, format?: RegExp, formatName?: string): Convert {
  const pattern = field.pattern === undefined ? undefined : new RegExp(field.pattern, 'u')
  return (value, path) => {
    if (typeof value !== 'string') refuse(path, `${name} is a text.`)
    if (!value.isWellFormed() || value.includes('\u0000'))
      refuse(path, `${name} holds U+0000 or a lone surrogate, which cannot be stored.`)
    if (field.length !== undefined && value.length > field.length)
      refuse(path, `${name} has ${field.length} characters at most.`)
    if (field.min !== undefined && value.length < field.min)
      refuse(path, `${name} has ${field.min} characters at least.`)
    if (field.max !== undefined && value.length > field.max)
      refuse(path, `${name} has ${field.max} characters at most.`)
    if (format && !format.test(value)) refuse(path, `${name} is ${formatName}.`)
    if (pattern && !pattern.test(value)) refuse(path, `${name} does not match ${field.pattern}.`)
    return value
  }
}

function inRange<T extends number | string>(value: T, { min, max }: Field, name: string, path: string): T {
  const number = Number(value)
  if (min !== undefined && number < min) refuse(path, `${name} is ${min} at least.`)
  if (max !== undefined && number > max) refuse(path, `${name} is ${max} at most.`)
  return value
}

function wholeConverter(field: Field, name: string, least: bigint, most: bigint): Convert {
  return (value, path) => {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
    if (typeof text !== 'string' || !/^-?\d{1,19}$/.test(text)) refuse(path, `${name} is a whole number.`)
    const whole = BigInt(text)
    if (whole < least || whole > most) refuse(path, `${name} is out of range.`)
    return inRange(text, field, name, path)
  }
}

function decimalConverter(field: Field, name: string): Convert {
  return (value, path) => {
    const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
    if (typeof text !== 'string' || !/^-?\d{1,300}(\.\d{1,300})?(e[+-]?\d{1,3})?$/i.test(text))
      refuse(path, `${name} is a decimal number.`)
    return inRange(text, field, name, path)
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function isInstant(text: string): boolean {
  const match =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i.exec(text)
  return match !== null && isDate(match[1]!)
}

/** A value of a row as it goes over the wire: a decimal is a number when a number holds it exactly, else text. */
export function toWire(value: unknown, type: Column['type']): Json {
  if (value === null || value === undefined) return null
  if (type === 'decimal' && typeof value === 'string') {
    const number = Number(value)
    const digits = value.replace(/^-?0*|\.|(?<=\..*)0+$/g, '')
    return Number.isFinite(number) && digits.length <= 15 ? number : value
  }
  if (value instanceof Date) return value.toISOString()
  return value as Json
}
