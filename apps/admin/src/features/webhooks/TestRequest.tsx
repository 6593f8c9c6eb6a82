import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { CodeInput } from '../../forms/CodeInput.tsx'
import { duration } from '../../lib/time.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import classes from '../workflows/editor.module.css'

interface Props {
  opened: boolean
  onClose: () => void
  url: string
  methods: string[]
}

interface Sent {
  method: string
  contentType: string
  body: string
}

const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'application/xml', 'text/plain']

async function send(url: string, { method, contentType, body }: Sent) {
  const startedAt = performance.now()
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const reply = await fetch(url, {
    method,
    // As a stranger would: without the session of the admin.
    credentials: 'omit',
    ...(hasBody ? { headers: { 'Content-Type': contentType }, body } : {}),
  })
  return {
    status: reply.status,
    text: await reply.text(),
    executionId: reply.headers.get('Ensue-Execution-Id'),
    tookMs: performance.now() - startedAt,
  }
}

export function TestRequest({ opened, onClose, url, methods }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Send a test request" size={560}>
      {opened && <Form url={url} methods={methods.length > 0 ? methods : ['POST']} />}
    </Modal>
  )
}

function Form({ url, methods }: Pick<Props, 'url' | 'methods'>) {
  const [sent, setSent] = useState<Sent>({
    method: methods[0] ?? 'POST',
    contentType: 'application/json',
    body: '{\n  "hello": "world"\n}',
  })
  const request = useMutation({ mutationFn: () => send(url, sent), meta: { quiet: true } })
  const hasBody = sent.method !== 'GET' && sent.method !== 'DELETE'
  return (
    <Stack gap="md">
      <Text fz="sm" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
        {url}
      </Text>
      <Group grow gap="xs">
        <Select
          label="Method"
          data={methods}
          value={sent.method}
          allowDeselect={false}
          onChange={(method) => method && setSent({ ...sent, method })}
        />
        {hasBody && (
          <Select
            label="Content type"
            data={TYPES}
            value={sent.contentType}
            allowDeselect={false}
            onChange={(contentType) => contentType && setSent({ ...sent, contentType })}
          />
        )}
      </Group>
      {hasBody && (
        <CodeInput
          label="Body"
          language="json"
          value={sent.body}
          onChange={(body) => setSent({ ...sent, body })}
          minHeight={120}
          maxHeight={300}
        />
      )}
      <ErrorNote error={request.error} />
      <Group justify="flex-end">
        <Button loading={request.isPending} onClick={() => request.mutate()}>
          Send
        </Button>
      </Group>
      {request.data && (
        <section className={classes.section} style={{ margin: 0 }} aria-label="Answer">
          <Group gap="xs" mb={8}>
            <Chip tone={request.data.status < 300 ? 'green' : 'red'}>{request.data.status}</Chip>
            <Text fz="sm" c="dimmed">
              {duration(request.data.tookMs)}
            </Text>
          </Group>
          {request.data.text && <pre className={classes.snippet}>{request.data.text}</pre>}
        </section>
      )}
    </Stack>
  )
}
