import { chmod, chown, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

/** Who PostgreSQL runs as; empty: this process's own account. */
export interface Account {
  uid?: number
  gid?: number
}

/** PostgreSQL refuses to run as root: there it runs as `postgres` or `nobody`. */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.platform === 'win32' || userInfo().uid !== 0) return {}
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user)
    throw new Error('PostgreSQL may not run as root, and there is no account "postgres" or "nobody" to run it as.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Makes a folder that account's alone. */
export async function give(dir: string, { uid, gid }: Account): Promise<void> {
  await chmod(dir, 0o700)
  if (uid !== undefined && gid !== undefined) await chown(dir, uid, gid)
}
