import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress } from './client-address.ts'
import { canonicalAddress } from './ip-address.ts'

/** What a header may hold: any bytes, read as Latin-1. */
const bytesAsText = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1'))

describe('the address of a caller', () => {
  it.each([
    ['is that of the socket without trusted proxies', '10.0.0.1', ['6.6.6.6'], 0, '10.0.0.1'],
    ['is that of the socket without the header', '10.0.0.1', [], 2, '10.0.0.1'],
    ['is what our proxy saw, whatever the caller claims', '10.0.0.1', ['6.6.6.6, 1.2.3.4'], 1, '1.2.3.4'],
    ['is found behind two proxies', '10.0.0.1', ['6.6.6.6, 1.2.3.4, 10.0.0.2'], 2, '1.2.3.4'],
    ['joins repeated headers in order', '10.0.0.1', ['6.6.6.6', '1.2.3.4'], 1, '1.2.3.4'],
    ['is the leftmost when there are fewer than expected', '10.0.0.1', ['1.2.3.4'], 3, '1.2.3.4'],
    ['loses its port', '10.0.0.1', ['1.2.3.4:5678'], 1, '1.2.3.4'],
    ['loses brackets', '10.0.0.1', ['[2001:DB8::0:1]:443'], 1, '2001:db8::1'],
    ['is taken with brackets alone', '10.0.0.1', ['[::1]'], 1, '::1'],
    ['is IPv4 when mapped', '::ffff:1.2.3.4', [], 0, '1.2.3.4'],
    ['is IPv4 when mapped in hexadecimal', '::ffff:102:304', [], 0, '1.2.3.4'],
    ['of a socket may have a zone', 'fe80::1%eth0', [], 0, 'fe80::1'],
    ['is unknown without a socket', undefined, [], 0, null],
    ['is unknown when the hop is empty', '10.0.0.1', ['1.2.3.4, '], 1, null],
    ['is unknown when the hop is a name', '10.0.0.1', ['1.2.3.4, unknown'], 1, null],
    ['is unknown when a hop in between is malformed', '10.0.0.1', ['1.2.3.4, x, 10.0.0.2'], 3, null],
    ['is unknown when it looks octal', '10.0.0.1', ['010.0.0.1'], 1, null],
    ['is unknown with a zone', '10.0.0.1', ['fe80::1%eth0'], 1, null],
    ['is unknown when a port hides an address', '10.0.0.1', ['1.2.3.4:5.6.7.8'], 1, null],
  ])('%s', (_, socket, lines, hops, expected) => {
    expect(clientAddress(socket, lines, hops)).toBe(expected)
  })

  it('is canonical or unknown, whatever the header says', () => {
    fc.assert(
      fc.property(fc.array(bytesAsText), fc.nat(4), (lines, hops) => {
        const address = clientAddress('10.0.0.1', lines, hops)
        expect(address === null || canonicalAddress(address) === address).toBe(true)
      }),
    )
  })

  it('does not depend on what stands left of the trusted hops', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), fc.ipV6(), (claimed, client, proxy) => {
        expect(clientAddress('10.0.0.1', [claimed, `${client}, ${proxy}`], 2)).toBe(client)
      }),
    )
  })
})
