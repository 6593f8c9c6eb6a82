import { AppError } from '@ensue/engine/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileAllowlist } from './address-allowlist.ts'

/** What a header may hold: any bytes, read as Latin-1. */
const bytesAsText = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1'))

describe('an allowlist', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4', true],
    // A comparison of texts lets these in.
    ['1.2.3.4', '11.2.3.45', false],
    ['1.2.3.4', '1.2.3.40', false],
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.5/8', '10.9.9.9', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['1.2.3.4', '::ffff:1.2.3.4', true],
    ['::ffff:1.2.3.4', '1.2.3.4', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    // IPv4-compatible, not mapped.
    ['1.2.3.4', '::1.2.3.4', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1', true],
    ['8.0.0.1', '010.0.0.1', false],
    ['fe80::1', 'fe80::1%eth0', false],
    ['127.0.0.1', '127.1', false],
    ['127.0.0.1', 'localhost', false],
  ])('%s: %s → %s', (entry, address, allowed) => {
    expect(compileAllowlist([entry])(address)).toBe(allowed)
  })

  it('lets nobody in whose address is unknown, and nobody at all when it is empty', () => {
    expect(compileAllowlist(['0.0.0.0/0', '::/0'])(null)).toBe(false)
    expect(compileAllowlist([])('1.2.3.4')).toBe(false)
  })

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '010.0.0.1',
    '10.0.0.0/',
    '/8',
    'fe80::1%eth0',
    'a.example',
    '',
    '::ffff:1.2.3.4/32',
  ])('refuses the entry "%s"', (entry) => {
    expect(() => compileAllowlist(['1.1.1.1', entry])).toThrow(AppError)
  })

  it('agrees with counting bits', () => {
    const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, address, bits) => {
        const size = 2 ** (32 - bits)
        const same = Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size)
        expect(compileAllowlist([`${base}/${bits}`])(address)).toBe(same)
        expect(compileAllowlist([base])(base)).toBe(true)
      }),
    )
  })

  it('answers anything without throwing, and more addresses than it remembers', () => {
    const allows = compileAllowlist(['10.0.0.0/8'])
    fc.assert(fc.property(bytesAsText, (text) => typeof allows(text) === 'boolean'))
    const many = Array.from({ length: 3_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
    expect(many.filter((address) => !allows(address))).toEqual([])
  })
})
