import { AppError } from '@ensue/engine/core'
import { TRPCError } from '@trpc/server'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toErrorReply } from './errors.ts'

const withCode = (code: string, message = 'secret detail') => Object.assign(new Error(message), { code })

describe('toErrorReply', () => {
  it('keeps what an AppError says', () => {
    const reply = toErrorReply(
      new AppError('conflict', 'Taken.', { path: 'email', details: { hint: 1 }, headers: { a: 'b' } }),
    )
    expect(reply).toEqual({
      status: 409,
      items: [{ code: 'conflict', message: 'Taken.', path: 'email' }],
      details: { hint: 1 },
      headers: { a: 'b' },
    })
  })

  it('makes a bad input an item per fault with its path', () => {
    const { error } = z.object({ a: z.object({ b: z.int() }), c: z.string() }).safeParse({ a: { b: 'x' } })
    const reply = toErrorReply(error)
    expect(reply.status).toBe(400)
    expect(reply.items.map((item) => item.path)).toEqual(['a.b', 'c'])
    expect(reply.items[1]?.message).toBe('A value is required (string).')
  })

  it('blames the caller for a bad input of a procedure and the server for a bad output', () => {
    const { error } = z.string().safeParse(1)
    expect(toErrorReply(new TRPCError({ code: 'BAD_REQUEST', cause: error })).status).toBe(400)
    const message = 'Output validation failed'
    expect(toErrorReply(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message, cause: error })).status).toBe(500)
  })

  it('finds the AppError inside a TRPCError', () => {
    const cause = new AppError('forbidden', 'No.')
    expect(toErrorReply(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause })).status).toBe(403)
  })

  it.each([
    withCode('ECONNREFUSED'),
    withCode('57P01'),
    withCode('57P03'),
    withCode('08006'),
    withCode('53300'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new AggregateError([withCode('ECONNREFUSED')]),
  ])('says to come back when the database is away: %o', (error) => {
    const reply = toErrorReply(error)
    expect(reply.status).toBe(503)
    expect(reply.headers).toEqual({ 'retry-after': '1' })
    expect(reply.items[0]?.message).not.toContain('secret')
  })

  it('calls a stopped statement a timeout', () => {
    expect(toErrorReply(withCode('57014')).status).toBe(408)
  })

  it.each([
    ['22P02', 400],
    ['22021', 400],
    ['23502', 400],
    ['23505', 409],
    ['23503', 409],
    ['42601', 500],
  ])('translates SQLSTATE %s to %i without its text', (code, status) => {
    const reply = toErrorReply(withCode(code))
    expect(reply.status).toBe(status)
    expect(JSON.stringify(reply)).not.toContain('secret')
  })

  it('tells nothing of an unknown error', () => {
    const reply = toErrorReply(new Error('at /home/x'))
    expect(reply).toMatchObject({ status: 500, items: [{ code: 'internal' }] })
    expect(JSON.stringify(reply)).not.toContain('/home')
  })
})
