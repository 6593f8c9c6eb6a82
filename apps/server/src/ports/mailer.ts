import type { Mail, MailAddress, Mailer, SmtpCredential } from '@ensue/engine'
import { NodeError } from '@ensue/engine/core'
import { createTransport } from 'nodemailer'

const CONNECT_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 30_000
const IDLE_TIMEOUT_MS = 30_000
const MAX_CONNECTIONS_PER_SERVER = 5
const MAX_SERVERS = 50
const MAX_ANSWER_LENGTH = 500

type Transport = ReturnType<typeof createPool>

/** Hands messages to mail servers, with a pool of connections for each credential. The hosts are the operator's choice, so they
 *  may be in a private network. */
export function createMailer(): Mailer & { close(): void } {
  // In the order of their last use.
  const pools = new Map<string, Transport>()

  function poolOf(server: SmtpCredential): Transport {
    const key = JSON.stringify(server)
    const pool = pools.get(key) ?? createPool(server)
    pools.delete(key)
    pools.set(key, pool)
    if (pools.size > MAX_SERVERS) {
      const [oldest, unused] = pools.entries().next().value!
      pools.delete(oldest)
      unused.close()
    }
    return pool
  }

  return {
    async send(server, mail, signal) {
      try {
        const { accepted, rejected } = await poolOf(server).sendMail({ ...toMessage(mail), signal })
        return { accepted: accepted.map(addressOf), rejected: rejected.map(addressOf) }
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw translate(error as SmtpError, server.host)
      }
    },
    close() {
      for (const pool of pools.values()) pool.close()
      pools.clear()
    },
  }
}

function createPool(server: SmtpCredential) {
  const { host, secure = false, username, password = '' } = server
  return createTransport({
    pool: true,
    host,
    port: server.port ?? (secure ? 465 : 587),
    secure,
    // A password must not go over an open line.
    requireTLS: server.requireTls ?? (password !== '' && !secure),
    tls: { rejectUnauthorized: server.allowInvalidCertificate !== true, minVersion: 'TLSv1.2' },
    ...(username === undefined ? {} : { auth: { user: username, pass: password } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    idleTimeout: IDLE_TIMEOUT_MS,
    maxConnections: MAX_CONNECTIONS_PER_SERVER,
    // Whether to try again is the node's business: a message that was cut off may have arrived.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function toMessage({ messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments }: Mail) {
  return {
    messageId,
    from: toAddress(from),
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    replyTo: replyTo.map(toAddress),
    subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ name, type, content }) => ({
      filename: name,
      ...(type === undefined ? {} : { contentType: type }),
      content: 'text' in content ? content.text : Buffer.from(content.base64, 'base64'),
    })),
  }
}

const toAddress = ({ name, address }: MailAddress) => ({ name: name ?? '', address })
const addressOf = (address: string | { address?: string }) =>
  typeof address === 'string' ? address : (address.address ?? '')

interface SmtpError extends Error {
  code?: string
  response?: string
  responseCode?: number
}

function translate(error: SmtpError, host: string): NodeError {
  const { code, responseCode, response, message } = error
  if (responseCode !== undefined)
    return new NodeError(
      code === 'EAUTH' ? 'email_unauthorized' : 'email_rejected',
      `The mail server ${host} answered ${(response ?? message).slice(0, MAX_ANSWER_LENGTH)}`,
      { retryable: responseCode >= 400 && responseCode < 500, cause: error },
    )
  if (code === 'ETIMEDOUT')
    return new NodeError('email_timeout', `The mail server ${host} gave no answer in time.`, {
      retryable: true,
      cause: error,
    })
  const isPassing = code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS'
  return new NodeError(
    'email_failed',
    `The message could not be handed to ${host}: ${message.slice(0, MAX_ANSWER_LENGTH)}`,
    {
      retryable: isPassing,
      cause: error,
    },
  )
}
