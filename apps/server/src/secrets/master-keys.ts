import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '../config.ts'
import { KEY_BYTES } from './cipher.ts'

const FILE = 'secret.key'

/** The master keys, the current one first: of the environment, else of the key file.
 *  @param mayGenerate no secret was stored yet, so a new key harms nobody
 *  @returns an empty list when there is none and none may be made
 *  @throws Error with a sentence for the operator */
export async function readMasterKeys(
  { secretKey, dataDir }: Pick<Config, 'secretKey' | 'dataDir'>,
  mayGenerate: boolean,
): Promise<Buffer[]> {
  if (secretKey !== undefined) return parseKeys(secretKey, 'ENSUE_SECRET_KEY')
  const file = keyFile(dataDir)
  const found = await readFile(file, 'utf8').catch(ifMissing)
  if (found !== undefined) return parseKeys(found, file)
  if (!mayGenerate) return []
  await mkdir(dataDir, { recursive: true })
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`
  // Another process may be at the same: the first to write wins.
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch(ifExists)
  return parseKeys(await readFile(file, 'utf8'), file)
}

export function keyFile(dataDir: string): string {
  return path.join(dataDir, FILE)
}

function parseKeys(text: string, where: string): Buffer[] {
  const keys = text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[A-Za-z0-9+/_-]{43}=?$/.test(part) ? Buffer.from(part, 'base64') : Buffer.alloc(0)))
  if (keys.length === 0 || keys.some((key) => key.length !== KEY_BYTES))
    throw new Error(
      `${where}: a key is ${KEY_BYTES} bytes in base64, as "openssl rand -base64 ${KEY_BYTES}" gives; several are separated by commas.`,
    )
  return keys
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function ifExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
