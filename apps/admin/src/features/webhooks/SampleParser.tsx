import { ActionIcon, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import type { JsonObject } from '../../api/types.ts'
import { CodeInput } from '../../forms/CodeInput.tsx'
import { isObject, strings } from '../../lib/json.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'
import classes from '../workflows/editor.module.css'

interface Declared {
  path: string
  alias?: string
  type?: string
}

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
        <List title="Of the URL" root="$query" list={query} onChange={(next) => update({ query: next })} />
        <List title="Of the body" root="$body" list={members} onChange={(next) => update({ body: next })} />
        {names.length > 0 && (
          <Checkbox.Group label="Headers" value={names} onChange={(next) => update({ headers: next })}>
            <Stack gap={4} mt={4}>
              {names.map((name) => (
                <Checkbox key={name} size="xs" value={name} label={name} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
      </Stack>
    </div>
  )
}

function List({
  title,
  root,
  list,
  onChange,
}: {
  title: string
  root: string
  list: Declared[]
  onChange: (next: Declared[]) => void
}) {
  if (list.length === 0) return null
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" fz="sm" fw={500} mb={4}>
        {title}
      </Text>
      <Stack gap={4}>
        {list.map(({ path, alias = '', type }, index) => (
          <Group key={path} gap={6} wrap="nowrap">
            <Text fz="xs" className="mono truncate" flex={1} title={`${root}.${path}`}>
              {path}
            </Text>
            <TextInput
              size="xs"
              w={140}
              aria-label={`Alias of ${path}`}
              placeholder={type ?? 'Alias'}
              value={alias}
              onChange={(event) => {
                const text = event.currentTarget.value
                onChange(
                  list.map((item, at) => {
                    if (at !== index) return item
                    const { alias: _, ...rest } = item
                    return text === '' ? rest : { ...rest, alias: text }
                  }),
                )
              }}
            />
            <ActionIcon
              size="sm"
              aria-label={`Remove ${path}`}
              onClick={() => onChange(list.filter((_, at) => at !== index))}
            >
              <IconX size={13} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
    </fieldset>
  )
}
