import { describe, expect, it } from 'vitest'
import { createEgressGuard } from './egress-guard.ts'

const HOSTS: Record<string, string[]> = {
  'example.com': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  'mixed.example': ['93.184.216.34', '10.0.0.1'],
  'mixed6.example': ['93.184.216.34', 'fd00::1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'api.internal': ['10.1.2.3'],
  'deep.api.internal': ['10.1.2.4'],
  'empty.example': [],
  localhost: ['127.0.0.1', '::1'],
}
const guard = (...allow: string[]) => createEgressGuard(allow, async (name) => HOSTS[name] ?? [])

/** As a request does it: the URL is parsed once, then its host is vetted. */
function vet(url: string, ...allow: string[]): Promise<string[]> {
  const { hostname, port, protocol } = new URL(url)
  return guard(...allow).vet(hostname, Number(port) || (protocol === 'https:' ? 443 : 80))
}

describe('the egress guard refuses', () => {
  it.each([
    // What the URL parser folds to 127.0.0.1 or 0.0.0.0.
    ...['2130706433', '0x7f000001', '0177.0.0.1', '017700000001', '127.1', '127.0.1', '0x7f.0x0.0x0.0x1', '0'],
    ...['①②⑦.⓪.⓪.①', '127。0。0。1', 'evil@127.0.0.1', '127.0.0.1#@good', '127.0.0.1', '0.0.0.0'],
    ...['[::]', '[::1]', '[::ffff:127.0.0.1]', '[::127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]', '[::ffff:8.8.8.8]'],
    ...['[64:ff9b::7f00:1]', '[64:ff9b:1::a9fe:a9fe]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[2001:db8::1]'],
    ...['[fc00::1]', '[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[3fff::1]', '[5f00::1]', '[100::1]'],
    ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '100.64.0.1', '192.0.0.192', '168.63.129.16'],
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '198.19.255.255', '192.0.2.1'],
    ...['198.51.100.1', '203.0.113.1', '192.88.99.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
    // Names.
    ...['localhost', 'localhost.', 'LOCALHOST', 'a.localhost', '127.0.0.1.nip.io', 'metadata.google.internal'],
    ...['metadata.google.internal.', 'mixed.example', 'mixed6.example', 'empty.example', 'api.internal'],
    // Another protocol's port.
    ...['example.com:25', 'example.com:6379', '93.184.216.34:22', 'example.com:5432'],
  ])('%s', async (host) => {
    await expect(vet(`http://${host}`)).rejects.toMatchObject({ code: 'egress_refused', retryable: false })
  })

  it.each(['http:127.0.0.1', 'http:///127.0.0.1', 'http:\\\\127.0.0.1'])('the spelling %s', async (url) => {
    await expect(vet(url)).rejects.toMatchObject({ code: 'egress_refused' })
  })

  it('in one sentence that names host and setting, and not what is behind the name', async () => {
    const message = await vet('http://api.internal').catch((error: Error) => error.message)
    expect(message).toBe(
      'Requests to "api.internal" (port 80) are refused: only addresses of the public internet are open to workflows. The operator can allow it with EGRESS_ALLOW.',
    )
    const [mixed, empty] = await Promise.all(
      ['mixed.example', 'empty.example'].map((host) =>
        vet(`http://${host}`).then(String, (error: Error) => error.message),
      ),
    )
    expect(mixed?.replace('mixed', 'empty')).toBe(empty)
  })
})

describe('the egress guard gives', () => {
  it('every address of a public host', async () => {
    expect(await vet('https://example.com')).toEqual(HOSTS['example.com'])
    expect(await vet('https://Example.COM./')).toEqual(HOSTS['example.com'])
    expect(await vet('http://8.8.8.8:8080')).toEqual(['8.8.8.8'])
    expect(await vet('http://[2606:4700::1111]')).toEqual(['2606:4700::1111'])
    expect(await vet('http://172.32.0.1')).toEqual(['172.32.0.1'])
  })

  it.each([
    ['http://127.0.0.1:4000', '127.0.0.1:4000'],
    ['http://127.1:4000', '127.0.0.1:4000'],
    ['http://127.0.0.1:4000', '127.0.0.0/8'],
    ['http://10.9.9.9', '10.0.0.0/8'],
    ['http://[::1]:4000', '::1'],
    ['http://[::1]:4000', '[::1]:4000'],
    ['http://[fd00::5]', 'fd00::/8'],
    ['http://api.internal', 'api.internal'],
    ['http://API.internal.', 'api.internal'],
    ['http://api.internal:8080', 'api.internal:8080'],
    ['http://api.internal', '10.0.0.0/8'],
    ['http://deep.api.internal', '*.internal'],
    ['http://localhost:4000', 'localhost:4000'],
    ['http://mixed.example', '10.0.0.1'],
    ['http://example.com:25', 'example.com:25'],
    ['http://169.254.169.254', '*'],
  ])('%s when EGRESS_ALLOW is %s', async (url, allow) => {
    expect((await vet(url, '192.168.5.5', allow)).length).toBeGreaterThan(0)
  })

  it.each([
    ['http://127.0.0.1:4001', '127.0.0.1:4000'],
    ['http://127.0.0.2:4000', '127.0.0.1'],
    ['http://api.internal:8081', 'api.internal:8080'],
    ['http://deep.api.internal', 'api.internal'],
    ['http://api.internal.evil.example', 'api.internal'],
    ['http://internal', '*.internal'],
    ['http://localhost:4000', '127.0.0.1:4000'],
  ])('nothing for %s when EGRESS_ALLOW is %s', async (url, allow) => {
    await expect(vet(url, allow)).rejects.toMatchObject({ code: 'egress_refused' })
  })

  it('the operator a sentence for an entry that can not be read', () => {
    for (const entry of [
      '10.0.0.0/33',
      '10.0.0/8',
      'a b',
      'host:0',
      'host:99999',
      'http://host',
      '*.',
      '**',
      '*.10.0.0.1',
      'x/y',
    ])
      expect(() => guard(entry), entry).toThrow(`EGRESS_ALLOW: "${entry}" can't be used.`)
  })
})
