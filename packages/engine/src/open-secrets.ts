import { NodeError } from './core/errors.ts'
import type { Json } from './core/json.ts'
import { type CredentialKind, type Credentials, confidentialParts, type Secret } from './credentials.ts'
import { createMasker, type Masker } from './masker.ts'

/** Decrypted secrets, ready to be read by runs. Immutable. */
export interface OpenSecrets {
  /** By name: texts, and the objects of credentials. What `{{$secrets.NAME}}` reads. */
  readonly values: Readonly<Record<string, Json>>
  /** @throws NodeError `unknown_credential` there is none of the name, or it is of another kind */
  credential<Kind extends CredentialKind>(name: string, kind: Kind): Credentials[Kind]
  readonly masker: Masker
}

/** @param retired confidential texts that are no secrets any more, to be masked all the same */
export function openSecrets(secrets: readonly Secret[], retired: readonly string[] = []): OpenSecrets {
  const byName = new Map(secrets.map((secret) => [secret.name, secret]))
  return {
    values: Object.fromEntries(secrets.map(({ name, value }) => [name, value])),
    masker: createMasker([...secrets.flatMap(confidentialParts), ...retired]),
    credential<Kind extends CredentialKind>(name: string, kind: Kind) {
      const secret = byName.get(name)
      if (!secret) throw new NodeError('unknown_credential', `There is no secret "${name}".`, { path: 'credential' })
      if (secret.kind !== kind)
        throw new NodeError('unknown_credential', `The secret "${name}" is of the kind ${secret.kind}, not ${kind}.`, {
          path: 'credential',
        })
      return secret.value as unknown as Credentials[Kind]
    },
  }
}
