import type { Json, JsonObject } from '../../api/types.ts'

export type SecretKind = 'text' | 'http' | 'smtp'

/** A field of the form of a kind. `group`: shown for one of the ways to sign in. */
export interface SecretField {
  name: string
  label: string
  type?: 'password' | 'number' | 'switch'
  required?: boolean
  placeholder?: string
  description?: string
  group?: string
}

export const KINDS: { value: SecretKind; label: string; use: string }[] = [
  { value: 'text', label: 'Text', use: 'A token, a password or a key, read as {{$secrets.NAME}}.' },
  { value: 'http', label: 'HTTP credential', use: 'Signs the requests of HTTP nodes in.' },
  { value: 'smtp', label: 'Mail server', use: 'Where e-mail nodes send their messages.' },
]

export const HTTP_TYPES = [
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User and password' },
  { value: 'header', label: 'Header' },
]

const HTTP: SecretField[] = [
  { name: 'token', label: 'Token', type: 'password', required: true, group: 'bearer' },
  { name: 'username', label: 'User name', required: true, group: 'basic' },
  { name: 'password', label: 'Password', type: 'password', required: true, group: 'basic' },
  { name: 'name', label: 'Header name', required: true, placeholder: 'X-Api-Key', group: 'header' },
  { name: 'value', label: 'Header value', type: 'password', required: true, group: 'header' },
]

const SMTP: SecretField[] = [
  { name: 'host', label: 'Host', required: true, placeholder: 'smtp.example.com' },
  { name: 'port', label: 'Port', type: 'number', placeholder: '587' },
  { name: 'secure', label: 'TLS from the first byte', type: 'switch', description: 'Usually with port 465.' },
  { name: 'username', label: 'User name' },
  { name: 'password', label: 'Password', type: 'password' },
  { name: 'from', label: 'Sender', placeholder: 'Shop <shop@example.com>', description: 'Of messages that name none.' },
  {
    name: 'allowInvalidCertificate',
    label: 'Take any certificate',
    type: 'switch',
    description: 'Only for a server in your own network: whoever is between can read the password.',
  },
]

export function fieldsOf(kind: SecretKind, httpType: string): SecretField[] {
  if (kind === 'text') return [{ name: 'text', label: 'Value', type: 'password', required: true }]
  return kind === 'smtp' ? SMTP : HTTP.filter(({ group }) => group === httpType)
}

/** The value of a secret as the API takes it; what was left empty is left out. */
export function toSecretValue(kind: SecretKind, httpType: string, given: Record<string, string | boolean>): Json {
  if (kind === 'text') return String(given.text ?? '')
  const value: JsonObject = kind === 'http' ? { type: httpType } : {}
  for (const { name, type } of fieldsOf(kind, httpType)) {
    const entered = given[name]
    if (entered === undefined || entered === '' || entered === false) continue
    value[name] = type === 'number' ? Number(entered) : entered
  }
  return value
}
