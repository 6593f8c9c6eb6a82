export interface ServerEvent {
  /** `message` when the server gave none. */
  name: string
  data: string
  id: string | undefined
}

const EVENT_END = /\r?\n\r?\n/

/** The server-sent events of a body, until it ends. Read in any pieces; the end of an event may come with `\n` or `\r\n`. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      pending += decoder.decode(value, { stream: true })
      const texts = pending.split(EVENT_END)
      pending = texts.pop() ?? ''
      for (const text of texts) yield parseEvent(text)
    }
  } finally {
    // Closes the connection when the reader is left early.
    await reader.cancel().catch(() => {})
  }
}

function parseEvent(text: string): ServerEvent {
  const event: ServerEvent = { name: 'message', data: '', id: undefined }
  const data: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'event') event.name = value
    else if (field === 'id') event.id = value
    else if (field === 'data') data.push(value)
  }
  return { ...event, data: data.join('\n') }
}
