import { Radio, Select, Stack, Text } from '@mantine/core'
import type { Catalog, JsonObject, Schema, Workflow } from '../../api/types.ts'
import { SchemaForm } from '../../forms/SchemaForm.tsx'
import { strings } from '../../lib/json.ts'
import { CopyText } from '../../ui/CopyText.tsx'
import { WebhookUsage } from '../webhooks/WebhookUsage.tsx'
import classes from './editor.module.css'
import { ScheduleForm } from './ScheduleForm.tsx'
import type { Draft } from './use-draft.ts'

interface Props {
  workflow: Workflow
  draft: Draft
  catalog: Catalog
  problems: ReadonlyMap<string, string>
}

export function TriggerPanel({ workflow, draft, catalog, problems }: Props) {
  const { trigger, sync } = draft.definition
  const type = catalog.triggers.find((item) => item.type === trigger.type)
  const members = type?.configSchema.properties ?? {}
  const setType = (next: string) => {
    const chosen = catalog.triggers.find((item) => item.type === next)
    draft.change((old) => ({
      ...old,
      sync: chosen?.sync === 'always' || (chosen?.sync === 'optional' && old.sync),
      trigger: { type: next, config: {} },
    }))
  }
  const Form = trigger.type === 'schedule' ? ScheduleForm : SchemaForm
  const form = type && (
    <Form
      key={trigger.type}
      schema={withoutVariables(type.configSchema)}
      value={trigger.config}
      onChange={(config, path) =>
        draft.change((old) => ({ ...old, trigger: { ...old.trigger, config } }), `trigger:${path}`)
      }
    />
  )
  return (
    <Stack gap="md">
      {[...problems].flatMap(([path, message]) =>
        members[path.split('.')[0] ?? ''] ? (
          []
        ) : (
          <div key={message} className={classes.notice} style={{ margin: 0 }}>
            {message}
          </div>
        ),
      )}
      <Select
        label="Starts with"
        description={type?.summary}
        data={catalog.triggers.map((item) => ({ value: item.type, label: item.title }))}
        value={trigger.type}
        allowDeselect={false}
        onChange={(next) => next && next !== trigger.type && setType(next)}
      />
      {type?.sync === 'optional' && (
        <Radio.Group
          label="Runs"
          value={sync ? 'sync' : 'async'}
          onChange={(next) => draft.change((old) => ({ ...old, sync: next === 'sync' }))}
        >
          <Stack gap={6} mt={4}>
            <Radio value="async" label="In the background" />
            <Radio value="sync" label="While the caller waits" />
          </Stack>
        </Radio.Group>
      )}
      {trigger.type === 'webhook' ? (
        <WebhookUsage
          workflow={workflow}
          definition={draft.definition}
          onVariables={(variables) =>
            draft.change(
              (old) => ({ ...old, trigger: { ...old.trigger, config: { ...old.trigger.config, variables } } }),
              'trigger:variables',
            )
          }
        >
          {form}
        </WebhookUsage>
      ) : (
        form
      )}
      <Usage workflow={workflow} draft={draft} />
    </Stack>
  )
}

/** Declared variables have their own part of the panel, where they are read from a sample. */
function withoutVariables(schema: Schema): Schema {
  const { variables: _, ...properties } = schema.properties ?? {}
  return { ...schema, properties }
}

function callOf(url: string, body: JsonObject): string {
  return [
    `curl -X POST '${url}' \\`,
    `  -H 'Authorization: Bearer <API key>' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n')
}

/** How the trigger is reached from outside. */
function Usage({ workflow, draft }: Pick<Props, 'workflow' | 'draft'>) {
  const { trigger } = draft.definition
  const origin = window.location.origin
  if (trigger.type === 'action' && typeof trigger.config.collection === 'string' && trigger.config.mode !== 'global') {
    const code = callOf(`${origin}/api/${trigger.config.collection}:create?triggerWorkflows=${workflow.key}`, {})
    return (
      <Snippet
        title="How it starts"
        note="Bind it to the Submit or Save button of the collection's form under Data, or name it in a call:"
        code={code}
      />
    )
  }
  if (trigger.type === 'event') {
    const name = strings(trigger.config.events)[0] ?? '<event>'
    const code = callOf(`${origin}/api/events/${name}`, { sku: 'A-1' })
    return <Snippet title="How it starts" note="By a “Create event” node, the SDK, or a call:" code={code} />
  }
  if (trigger.type === 'call')
    return (
      <Snippet
        title="How it starts"
        note="By a “Sub-workflow” node, the button Run, the SDK, or a call:"
        code={callOf(`${origin}/api/workflows:run`, { key: workflow.key, input: {}, wait: true })}
      />
    )
  if (trigger.type === 'manual') {
    const { collection, records } = trigger.config
    const onRecords = typeof collection === 'string' && records !== undefined && records !== 'none'
    const where = onRecords ? `${collection}:trigger${records === 'one' ? '/1' : ''}` : 'workflows:trigger'
    const ids = records === 'many' && onRecords ? '&ids=1,2' : ''
    return (
      <Snippet
        title="How it starts"
        note={
          onRecords
            ? 'By its button on the records under Data once it is live, the SDK, or a call:'
            : 'By its button on the start page once it is live, the SDK, or a call:'
        }
        code={callOf(`${origin}/api/${where}?triggerWorkflows=${workflow.key}${ids}`, {})}
      />
    )
  }
  return null
}

function Snippet({
  title,
  note,
  code,
  children,
}: {
  title: string
  note: string
  code: string
  children?: React.ReactNode
}) {
  return (
    <div className={classes.section} style={{ marginTop: 4 }}>
      <h3>{title}</h3>
      {children}
      <Text fz="xs" c="dimmed" mb={8} mt={4}>
        {note}
      </Text>
      <pre className={classes.snippet}>{code}</pre>
      <CopyText text={code} shown="Copy the command" label="Copy the command" />
    </div>
  )
}
