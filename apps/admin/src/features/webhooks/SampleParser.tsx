import { Button, Group, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import type { JsonObject } from '../../api/types.ts'
import { CodeInput } from '../../forms/CodeInput.tsx'
import { isObject, strings } from '../../lib/json.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import classes from '../workflows/editor.module.css'
import { type Declared, DeclaredList } from './DeclaredList.tsx'

interface Props {
  initialBody: string
  variables: JsonObject | undefined
  onVariables: (variables: JsonObject) => void
}

function declaredIn(list: unknown): Declared[] {
  return Array.isArray(list)
    ? list.flatMap((item) => (isObject(item) && typeof item.path === 'string' ? [item as unknown as Declared] : []))
    : []
}

/** What was parsed is added; what was declared before keeps its alias. */
function merge(known: Declared[], found: readonly { path: string; type: string }[]): Declared[] {
  const paths = new Set(known.map(({ path }) => path))
  return [...known, ...found.filter(({ path }) => !paths.has(path)).map(({ path, type }) => ({ path, type }))]
}

/** Declares the variables of a webhook by pasting a request that it gets, or one of the inbox. */
export function SampleParser({ initialBody, variables = {}, onVariables }: Props) {
  const [url, setUrl] = useState('')
  const [body, setBody] = useState(initialBody)
  const [headers, setHeaders] = useState('')
  const query = declaredIn(variables.query)
  const members = declaredIn(variables.body)
  const names = strings(variables.headers)
  const update = (next: { headers?: string[]; query?: Declared[]; body?: Declared[] }) =>
    onVariables({ headers: names, query, body: members, ...next } as unknown as JsonObject)
  const parse = useMutation({
    mutationFn: () =>
      client.webhooks.parseSample({
        ...(url.trim() ? { url } : {}),
        ...(body.trim() ? { body } : {}),
        ...(headers.trim() ? { headers } : {}),
      }),
    onSuccess: (found) => {
      update({
        headers: [...new Set([...names, ...found.headers.map(({ path }) => path)])],
        query: merge(query, found.query),
        body: merge(members, found.body),
      })
      const count = found.headers.length + found.query.length + found.body.length
      showDone(count === 1 ? 'One variable was found.' : `${count} variables were found.`)
    },
    meta: { quiet: true },
  })
  return (
    <div className={classes.section}>
      <h3>Variables from a sample</h3>
      <Stack gap="sm">
        <Text fz="xs" c="dimmed">
          Paste what the sender sends and press Parse; or open Requests and use one that came in.
        </Text>
        <TextInput
          label="URL or query"
          placeholder="?page=2&filter[name]=a"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Textarea
          label="Headers"
          placeholder="X-Request-Id: 1a2b"
          autosize
          minRows={1}
          maxRows={5}
          value={headers}
          onChange={(event) => setHeaders(event.currentTarget.value)}
        />
        <CodeInput label="Body" language="json" value={body} onChange={setBody} minHeight={80} maxHeight={220} />
        <ErrorNote error={parse.error} />
        <Group justify="flex-end">
          <Button
            variant="default"
            size="xs"
            loading={parse.isPending}
            disabled={!url.trim() && !body.trim() && !headers.trim()}
            onClick={() => parse.mutate()}
          >
            Parse
          </Button>
        </Group>
        <DeclaredList title="Of the URL" list={query} onChange={(next) => update({ query: next })} />
        <DeclaredList title="Of the body" list={members} onChange={(next) => update({ body: next })} />
        <TagsInput
          label="Headers that are read"
          size="xs"
          placeholder={names.length === 0 ? 'x-request-id' : ''}
          value={names}
          onChange={(next) => update({ headers: next.map((name) => name.toLowerCase()) })}
        />
      </Stack>
    </div>
  )
}
