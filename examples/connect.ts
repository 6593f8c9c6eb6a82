import { type AnySchema, type Client, createClient, type Schema } from '@ensue/sdk'
import { startOwnServer } from './own-server.ts'

export interface Connection<S extends Schema> {
  ensue: Client<S>
  url: string
  /** Stops the server if it is one of the example's own. */
  close(): Promise<void>
}

const LOCAL = 'http://127.0.0.1:3000'

/** A client of the server at ENSUE_URL, or of the one that runs on this machine, for ENSUE_TOKEN or ENSUE_EMAIL and
 *  ENSUE_PASSWORD. Without these, of a fresh server with the settings, which is gone afterwards. */
export async function connect<S extends Schema = AnySchema>(
  settings: Record<string, string> = {},
): Promise<Connection<S>> {
  const { ENSUE_URL, ENSUE_TOKEN, ENSUE_EMAIL, ENSUE_PASSWORD } = process.env
  const isKnown = Boolean(ENSUE_TOKEN || (ENSUE_EMAIL && ENSUE_PASSWORD))
  if (ENSUE_URL && !isKnown) throw new Error('Set ENSUE_TOKEN, or ENSUE_EMAIL and ENSUE_PASSWORD, beside ENSUE_URL.')
  const url = ENSUE_URL || (isKnown && (await isLive(LOCAL)) ? LOCAL : undefined)
  if (url) {
    const ensue = ENSUE_TOKEN
      ? createClient<S>({ url, token: ENSUE_TOKEN })
      : await signIn<S>(url, ENSUE_EMAIL ?? '', ENSUE_PASSWORD ?? '')
    return { ensue, url, close: async () => {} }
  }
  const own = await startOwnServer(settings)
  try {
    return { ensue: await signIn<S>(own.url, own.email, own.password), url: own.url, close: own.stop }
  } catch (error) {
    await own.stop()
    throw error
  }
}

async function signIn<S extends Schema>(url: string, email: string, password: string): Promise<Client<S>> {
  const ensue = createClient<S>({ url })
  const { token } = await ensue.auth.signIn({ email, password })
  return ensue.withToken(token)
}

/** Whether an Ensue server answers there. */
async function isLive(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) })
    return ((await response.json()) as { live?: unknown }).live === true
  } catch {
    return false
  }
}
