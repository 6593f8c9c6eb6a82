import { SESSION_MS } from '../auth/sign-in.ts'

const NAME = 'ensue_session'

/** The Set-Cookie value of a session; `secure` when the browser came by https. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${NAME}=${token}; Path=/; Max-Age=${SESSION_MS / 1000}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

export function clearSessionCookie(secure: boolean): string {
  return `${NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** The session token in a Cookie header. */
export function tokenOfCookies(header: string | undefined): string | undefined {
  return header?.match(/(?:^|;\s*)ensue_session=([\w-]+)/)?.[1]
}
