import { SMTPServer } from 'smtp-server'

export interface Mail {
  to: string[]
  /** Headers and body as they were sent. */
  source: string
}

/** A mail server on this machine that asks for a password and keeps what it is given. Without TLS: nothing leaves the machine. */
export async function startMailServer() {
  const user = { username: 'ensue', password: crypto.randomUUID() }
  const mails: Mail[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      if (username === user.username && password === user.password) callback(null, { user: user.username })
      else callback(new Error('unknown user or password'))
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), source: Buffer.concat(chunks).toString() })
        callback()
      })
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    const listening = server.listen(0, '127.0.0.1', () => resolve((listening.address() as { port: number }).port))
  })
  return {
    /** The value of a secret of the kind smtp. */
    credential: {
      host: '127.0.0.1',
      port,
      ...user,
      from: 'Acme <hello@acme.example>',
      requireTls: false,
    },
    /** What has arrived, in order. */
    mails: mails as readonly Mail[],
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}
