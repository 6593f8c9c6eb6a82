import { expect, test } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { compileConfig } from '../nodes/compile-config.ts'
import { validateConfig } from '../nodes/validate-config.ts'
import { webhookTrigger } from './webhook.ts'

const secrets = ['0123456789abcdef']
const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'
const generic = { preset: 'hmac', header: 'X-Signature', secrets }

test.each<JsonObject>([
  ...['github', 'gitlab', 'stripe', 'slack', 'shopify', 'twilio', 'dingtalk', 'meta'].map((preset) => ({
    preset,
    secrets,
  })),
  { preset: 'standard-webhooks', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '{{$secrets.NEW}}'] },
  { preset: 'twilio', secrets, publicUrl: 'https://hooks.example.com' },
  { preset: 'wecom', secrets, encodingAesKey, receiverId: 'corp' },
  { preset: 'wecom', secrets, encodingAesKey: '{{$secrets.AES}}', receiverId: 'corp' },
  { preset: 'dingtalk', secrets, encodingAesKey, receiverId: 'app' },
  { preset: 'github', secrets: ['{{$secrets.NEW}}', '{{ $secrets.OLD }}'], toleranceSeconds: 60 },
  { preset: 'github', secrets: ['密码密码密码'] },
  generic,
  { ...generic, signed: '{timestamp}.{body}', timestampHeader: 'X-Time' },
  { ...generic, signed: '{method}:{url}:{id}:{body}', idHeader: 'X-Id', encoding: 'base64', algorithm: 'sha512' },
])('takes %j', (signature) => {
  expect(validateConfig(webhookTrigger, { signature })).toEqual([])
  expect(compileConfig(webhookTrigger, { signature }).problems).toEqual([])
})

test('accepts five minutes of difference, and reads header names in any case', () => {
  expect(webhookTrigger.config.parse({ signature: generic })).toMatchObject({
    signature: { header: 'x-signature', signed: '{body}', algorithm: 'sha256', encoding: 'hex', toleranceSeconds: 300 },
  })
})

test.each<[JsonObject, string]>([
  [{ preset: 'magic', secrets }, 'signature.preset'],
  [{ preset: 'github' }, 'signature.secrets'],
  [{ preset: 'github', secrets: [] }, 'signature.secrets'],
  [{ preset: 'github', secrets: [''] }, 'signature.secrets.0'],
  [{ preset: 'github', secrets: ['too short'] }, 'signature.secrets.0'],
  [{ preset: 'github', secrets: ['{{$context.headers.x}}'] }, 'signature.secrets.0'],
  [{ preset: 'github', secrets: ['prefix {{$secrets.X}}'] }, 'signature.secrets.0'],
  [{ preset: 'github', secrets: Array(6).fill(secrets[0]) }, 'signature.secrets'],
  [{ preset: 'github', secrets, toleranceSeconds: 0 }, 'signature.toleranceSeconds'],
  [{ preset: 'github', secrets, publicUrl: 'https://a.example' }, 'signature.publicUrl'],
  [{ preset: 'twilio', secrets, publicUrl: 'ftp://a.example' }, 'signature.publicUrl'],
  [{ preset: 'standard-webhooks', secrets }, 'signature.secrets.0'],
  [{ preset: 'standard-webhooks', secrets: [`whsk_${'A'.repeat(43)}=`] }, 'signature.secrets.0'],
  [{ preset: 'wecom', secrets, receiverId: 'corp' }, 'signature.encodingAesKey'],
  [
    { preset: 'wecom', secrets, encodingAesKey: 'forty-three letters and digits it would have', receiverId: 'corp' },
    'signature.encodingAesKey',
  ],
  [{ preset: 'dingtalk', secrets, encodingAesKey }, 'signature.receiverId'],
  [{ preset: 'hmac', secrets }, 'signature.header'],
  [{ ...generic, header: 'a b' }, 'signature.header'],
  [{ ...generic, algorithm: 'md5' }, 'signature.algorithm'],
  [{ ...generic, signed: '{timestamp}', timestampHeader: 'X-Time' }, 'signature.signed'],
  [{ ...generic, signed: '{body}{nonce}' }, 'signature.signed'],
  [{ ...generic, signed: '{timestamp}.{body}' }, 'signature.timestampHeader'],
  [{ ...generic, timestampHeader: 'X-Time' }, 'signature.timestampHeader'],
  [{ ...generic, signed: '{id}.{body}' }, 'signature.idHeader'],
])('refuses %j', (signature, path) => {
  expect(validateConfig(webhookTrigger, { signature })).toMatchObject([{ path }])
})

test('reads secrets only where one belongs', () => {
  const signature = { ...generic, secrets: ['{{$secrets.X}}'], prefix: '{{$secrets.X}}' }
  expect(compileConfig(webhookTrigger, { signature }).problems).toMatchObject([{ path: 'signature.prefix' }])
})
