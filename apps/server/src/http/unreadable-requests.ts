import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorItem } from '@ensue/engine/core'

interface Unreadable extends ErrorItem {
  status: number
}

const BY_CODE: Readonly<Record<string, Unreadable>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'payload_too_large',
    message: 'The request line and the headers have 16 KiB at most.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'payload_too_large',
    message: 'The extensions of a chunk are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'timeout', message: 'The request came too slowly.' },
}
const MALFORMED: Unreadable = {
  status: 400,
  code: 'invalid_input',
  message: 'This is no HTTP request that can be read.',
}
const TUNNEL: Unreadable = { status: 405, code: 'method_not_allowed', message: 'There are no tunnels here.' }
const EXPECTATION: Unreadable = {
  status: 417,
  code: 'invalid_input',
  message: 'The only expectation that is met is 100-continue.',
}
const HOST: Unreadable = {
  status: 400,
  code: 'invalid_input',
  message: 'A request has one header Host, no more and no less.',
}

/** RFC 9112 §3.2. Of a server with `requireHostHeader: false`: Node would answer a missing one without a word, and take the
 *  first of two. */
export function requireHost(listener: RequestListener): RequestListener {
  return (request, response) => (hasOneHost(request) ? listener(request, response) : answer(response, HOST))
}

function hasOneHost({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0)
}

/** Answers in the form of every other error what never becomes a request: what Node's parser refuses or gives up. */
export function answerUnreadable(server: Server): void {
  server.on(
    'clientError',
    (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse | null }) => {
      const under = socket._httpMessage
      // What is written now would be taken for the answer to the request before it.
      const isAnswered = Boolean(under && (under.headersSent || under.req.complete))
      if (!socket.writable || error.code === 'ECONNRESET' || isAnswered) socket.destroy()
      else refuse(socket, BY_CODE[error.code ?? ''] ?? MALFORMED)
    },
  )
  server.on('connect', (_: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    refuse(socket, TUNNEL)
  })
  server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => answer(response, EXPECTATION))
}

function answer(response: ServerResponse, refusal: Unreadable): void {
  const { headers, body } = messageOf(refusal)
  response.writeHead(refusal.status, headers).end(body)
}

function refuse(socket: Duplex, refusal: Unreadable): void {
  const { headers, body } = messageOf(refusal)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n`
  socket.end(head + body, () => socket.destroy())
}

function messageOf({ status: _, ...item }: Unreadable) {
  const requestId = randomUUID()
  const body = JSON.stringify({ errors: [item], requestId })
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    Connection: 'close',
  }
  return { headers, body }
}
