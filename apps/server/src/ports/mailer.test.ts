import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Mail, SmtpCredential } from '@ensue/engine'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createMailer } from './mailer.ts'

const mailer = createMailer()
afterEach(() => mailer.close())

const MAIL: Mail = {
  messageId: '<e1-a@example.com>',
  from: { name: 'Zoë "Z", Shop', address: 'shop@example.com' },
  to: [{ name: 'Ada', address: 'ada@example.com' }],
  cc: [{ address: 'cc@example.com' }],
  bcc: [{ address: 'bcc@example.com' }],
  replyTo: [{ address: 'reply@example.com' }],
  subject: 'Grüße',
  text: 'Hallo, Ada.\n.\nEnde',
  attachments: [],
}
const PASSWORD = 'correct horse 77'

interface Received {
  source: string
  to: string[]
  user: string | undefined
  secure: boolean
}

/** A mail server that takes everything. */
async function startServer(
  options: SMTPServerOptions = {},
): Promise<{ port: number; received: Received[]; connections(): number }> {
  const received: Received[] = []
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    onConnect(_, done) {
      connections += 1
      done()
    },
    onAuth({ username, password }, _, done) {
      if (password === PASSWORD) done(null, { user: username })
      else done(new Error(`no ${password}`))
    },
    async onData(stream, session, done) {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      received.push({
        source: Buffer.concat(chunks).toString(),
        to: session.envelope.rcptTo.map(({ address }) => address),
        user: session.user as string | undefined,
        secure: session.secure,
      })
      done()
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port, received, connections: () => connections }
}

const PLAIN: SMTPServerOptions = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true, hideSTARTTLS: true }
const send = (server: Partial<SmtpCredential>, mail: Partial<Mail> = {}, signal = new AbortController().signal) =>
  mailer.send({ host: '127.0.0.1', ...server }, { ...MAIL, ...mail }, signal)
const smtpError = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

describe('the mailer', () => {
  it('sends over an open line where there is no password', async () => {
    const { port, received } = await startServer(PLAIN)
    expect(await send({ port })).toEqual({
      accepted: ['ada@example.com', 'cc@example.com', 'bcc@example.com'],
      rejected: [],
    })
    const [{ source, to, user, secure }] = received as [Received]
    expect({ to, user, secure }).toEqual({
      to: ['ada@example.com', 'cc@example.com', 'bcc@example.com'],
      user: undefined,
      secure: false,
    })
    const headers = source.slice(0, source.indexOf('\r\n\r\n'))
    expect(headers).toContain('Message-ID: <e1-a@example.com>')
    expect(headers).toMatch(/^From: .*<shop@example\.com>\r$/m)
    expect(headers).toMatch(/^Reply-To: reply@example\.com\r$/m)
    expect(headers).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(headers).not.toContain('bcc@')
    expect(source).toContain('\r\n.\r\n')
  })

  it('signs in by STARTTLS, taking a self-signed certificate only when it is told to', async () => {
    const { port, received } = await startServer()
    const server = { port, username: 'shop', password: PASSWORD }
    await expect(send(server)).rejects.toMatchObject({
      code: 'email_failed',
      message: expect.stringMatching(/certificate/),
    })
    expect(received).toEqual([])
    await send({ ...server, allowInvalidCertificate: true })
    expect(received).toMatchObject([{ user: 'shop', secure: true }])
  })

  it('speaks TLS from the first byte', async () => {
    const { port, received } = await startServer({ secure: true })
    await send({ port, secure: true, allowInvalidCertificate: true, username: 'shop', password: PASSWORD })
    expect(received).toMatchObject([{ user: 'shop', secure: true }])
  })

  it('sends no password over an open line, unless it is told to', async () => {
    const { port, received } = await startServer(PLAIN)
    const server = { port, username: 'shop', password: PASSWORD }
    await expect(send(server)).rejects.toMatchObject({ code: expect.stringMatching(/^email_/) })
    await send({ ...server, requireTls: false })
    expect(received).toMatchObject([{ user: 'shop', secure: false }])
  })

  it('keeps its connection for the next message to the same server', async () => {
    const { port, received, connections } = await startServer(PLAIN)
    for (let n = 0; n < 3; n++) await send({ port }, { messageId: `<${n}@example.com>` })
    expect([received.length, connections()]).toEqual([3, 1])
  })

  it('attaches files, whatever their names', async () => {
    const { port, received } = await startServer(PLAIN)
    await send(
      { port },
      {
        html: '<p>Hallo</p>',
        attachments: [
          { name: 'Rechnung März.pdf', type: 'application/pdf', content: { base64: 'AAECAw==' } },
          { name: 'a.txt', content: { text: 'plain' } },
        ],
      },
    )
    const { source } = received[0]!
    expect(source).toContain('multipart/mixed')
    expect(source).toContain('AAECAw==')
    expect(source).toMatch(/filename\*0\*=utf-8''Rechnung%20M%C3%A4rz\.pdf/i)
    expect(source).toContain('text/html')
  })

  it('tells who was refused when others were taken', async () => {
    const { port } = await startServer({
      ...PLAIN,
      onRcptTo: ({ address }, _, done) => done(address.startsWith('cc') ? smtpError(550, 'unknown') : null),
    })
    expect(await send({ port })).toEqual({
      accepted: ['ada@example.com', 'bcc@example.com'],
      rejected: ['cc@example.com'],
    })
  })

  it.each([
    [451, true],
    [421, true],
    [550, false],
    [554, false],
  ])('fails on the answer %i, retryable: %s', async (code, retryable) => {
    const { port } = await startServer({ ...PLAIN, onMailFrom: (_, __, done) => done(smtpError(code, 'no today')) })
    await expect(send({ port })).rejects.toMatchObject({
      code: 'email_rejected',
      retryable,
      message: expect.stringContaining(`answered ${code} no today`),
    })
  })

  it('fails when it may not sign in', async () => {
    const { port } = await startServer()
    const wrong = send({ port, allowInvalidCertificate: true, username: 'shop', password: 'wrong one' })
    await expect(wrong).rejects.toMatchObject({ code: 'email_unauthorized', retryable: false })
  })

  it('may be tried again when nobody is there', async () => {
    await expect(send({ port: 1 })).rejects.toMatchObject({ code: 'email_failed', retryable: true })
  })

  it('stops when the run does', async () => {
    // Takes connections and never greets.
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const controller = new AbortController()
    const reason = new Error('The run was canceled.')
    const sent = send({ port: (silent.address() as AddressInfo).port }, {}, controller.signal)
    await once(silent, 'connection')
    controller.abort(reason)
    await expect(sent).rejects.toBe(reason)
  })
})
