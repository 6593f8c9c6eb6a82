import { expect, test } from 'vitest'
import { fieldsOf, toSecretValue } from './secret-kinds.ts'

test('a text is its value', () => {
  expect(toSecretValue('text', 'bearer', { text: 'abc', token: 'x' })).toBe('abc')
})

test('an HTTP credential has the members of its type only', () => {
  const given = { token: 't', username: 'u', password: 'p', name: 'X-Key', value: 'v' }
  expect(toSecretValue('http', 'bearer', given)).toEqual({ type: 'bearer', token: 't' })
  expect(toSecretValue('http', 'basic', given)).toEqual({ type: 'basic', username: 'u', password: 'p' })
  expect(toSecretValue('http', 'header', given)).toEqual({ type: 'header', name: 'X-Key', value: 'v' })
  expect(fieldsOf('http', 'basic').map(({ name }) => name)).toEqual(['username', 'password'])
})

test('what is empty of a mail server is left out, and a port is a number', () => {
  const given = { host: 'mail.example.com', port: '2525', secure: false, username: '', allowInvalidCertificate: true }
  expect(toSecretValue('smtp', 'bearer', given)).toEqual({
    host: 'mail.example.com',
    port: 2525,
    allowInvalidCertificate: true,
  })
})
