import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconInbox, IconSend } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { Definition, JsonObject, Workflow } from '../../api/types.ts'
import { isObject, strings } from '../../lib/json.ts'
import { CopyText } from '../../ui/CopyText.tsx'
import { Fold } from '../../ui/Fold.tsx'
import classes from '../workflows/editor.module.css'
import { InboxDrawer } from './InboxDrawer.tsx'
import { SampleParser } from './SampleParser.tsx'
import { TestRequest } from './TestRequest.tsx'
import { type Guide, guidesOf, webhookUrls } from './webhook-guides.ts'

interface Props {
  workflow: Workflow
  definition: Definition
  onVariables: (variables: JsonObject) => void
  /** The form of the config. */
  children: ReactNode
}

/** What a builder needs beside the config of a webhook: its URL, how to set up the sender, what came in, and the variables. */
export function WebhookUsage({ workflow, definition, onVariables, children }: Props) {
  const { config } = definition.trigger
  const [open, setOpen] = useState<'inbox' | 'test'>()
  const [sample, setSample] = useState<{ body: string; nonce: number }>({ body: '', nonce: 0 })
  const urls = webhookUrls(window.location.origin, workflow.key, config.path)
  const [url = ''] = urls
  const guides = guidesOf(url, config)
  return (
    <>
      <div>
        <Text fz="sm" fw={500} mb={4}>
          URL
        </Text>
        <Stack gap={2}>
          {urls.map((item) => (
            <CopyText key={item} text={item} label="Copy the URL" />
          ))}
        </Stack>
        <Text fz="xs" c="dimmed" mb={10} mt={4}>
          Requests are taken once the workflow is deployed and enabled. What comes before shows among the requests too.
        </Text>
        <Group gap="xs" mb="xs">
          <Button variant="default" size="xs" leftSection={<IconInbox size={14} />} onClick={() => setOpen('inbox')}>
            Requests
          </Button>
          <Button variant="default" size="xs" leftSection={<IconSend size={14} />} onClick={() => setOpen('test')}>
            Send a test
          </Button>
        </Group>
        <Fold title="Set up the sender" hint={guides.map(({ name }) => name).join(', ')}>
          <Guides guides={guides} />
        </Fold>
      </div>
      {children}
      <SampleParser
        key={sample.nonce}
        initialBody={sample.body}
        variables={isObject(config.variables) ? config.variables : undefined}
        onVariables={onVariables}
      />
      <InboxDrawer
        opened={open === 'inbox'}
        onClose={() => setOpen(undefined)}
        workflowKey={workflow.key}
        onSample={(body) => setSample(({ nonce }) => ({ body, nonce: nonce + 1 }))}
      />
      <TestRequest
        opened={open === 'test'}
        onClose={() => setOpen(undefined)}
        url={url}
        methods={strings(config.methods)}
      />
    </>
  )
}

function Guides({ guides }: { guides: Guide[] }) {
  const [name, setName] = useState(guides[0]?.name ?? '')
  const guide = guides.find((item) => item.name === name) ?? guides[0]
  if (!guide) return null
  return (
    <Stack gap={8}>
      <SegmentedControl
        size="xs"
        aria-label="How to set up the sender"
        data={guides.map((item) => item.name)}
        value={guide.name}
        onChange={setName}
      />
      <Text fz="xs" c="dimmed">
        {guide.note}
      </Text>
      <pre className={classes.snippet}>{guide.code}</pre>
      <CopyText text={guide.code} shown="Copy" label="Copy" />
    </Stack>
  )
}
