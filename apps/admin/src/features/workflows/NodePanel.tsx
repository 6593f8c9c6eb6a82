import { NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { JsonObject, NodeDefinition, NodeTypeInfo } from '../../api/types.ts'
import { keysOf, renameNode, updateNode } from '../../canvas/edit-definition.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { SchemaForm } from '../../forms/SchemaForm.tsx'
import { isObject } from '../../lib/json.ts'
import { Fold } from '../../ui/Fold.tsx'
import classes from './editor.module.css'
import type { Draft } from './use-draft.ts'

interface Props {
  node: NodeDefinition
  type: NodeTypeInfo | undefined
  draft: Draft
  onSelect: (key: string) => void
  problems: ReadonlyMap<string, string>
}

/** Problems that no field of the form shows. */
function general(problems: ReadonlyMap<string, string>, type: NodeTypeInfo | undefined): string[] {
  const members = type?.configSchema.properties ?? {}
  return [...problems].flatMap(([path, message]) => (members[path.split('.')[0] ?? ''] ? [] : [message]))
}

export function NodePanel({ node, type, draft, onSelect, problems }: Props) {
  const set = (part: Partial<NodeDefinition>, tag: string) =>
    draft.change((old) => updateNode(old, node.key, (current) => clean({ ...current, ...part })), `${node.key}:${tag}`)
  const setConfig = (config: JsonObject, tag: string) => set({ config }, tag)
  return (
    <Stack gap="md">
      {general(problems, type).map((message) => (
        <div key={message} className={classes.notice} style={{ margin: 0 }}>
          {message}
        </div>
      ))}
      <TextInput
        label="Name of the step"
        placeholder={type?.title}
        value={node.title ?? ''}
        onChange={(event) => set({ title: event.currentTarget.value }, 'title')}
      />
      {type?.configSchema.properties ? (
        <SchemaForm schema={type.configSchema} value={node.config} onChange={setConfig} />
      ) : (
        <JsonInput
          label="Config"
          value={node.config}
          onChange={(config) => setConfig(isObject(config) ? config : {}, 'config')}
        />
      )}
      <MoreSettings node={node} draft={draft} set={set} onSelect={onSelect} />
    </Stack>
  )
}

/** Empty texts are left out of the definition. */
function clean(node: NodeDefinition): NodeDefinition {
  const { title, note, ...rest } = node
  return { ...rest, ...(title ? { title } : {}), ...(note ? { note } : {}) }
}

interface MoreProps {
  node: NodeDefinition
  draft: Draft
  set: (part: Partial<NodeDefinition>, tag: string) => void
  onSelect: (key: string) => void
}

function MoreSettings({ node, draft, set, onSelect }: MoreProps) {
  const drop = (name: 'retry' | 'timeoutMs' | 'onError' | 'disabled') =>
    draft.change((old) =>
      updateNode(old, node.key, (current) => {
        const { [name]: _dropped, ...rest } = current
        return rest
      }),
    )
  return (
    <div className={classes.section} style={{ marginTop: 4 }}>
      <Fold title="Key, errors and note">
        <Stack gap="md">
          <KeyInput node={node} draft={draft} onSelect={onSelect} />
          <Select
            label="When it fails"
            data={[
              { value: 'fail', label: 'The run fails' },
              { value: 'continue', label: 'The run goes on' },
            ]}
            value={node.onError ?? 'fail'}
            allowDeselect={false}
            onChange={(value) => (value === 'continue' ? set({ onError: 'continue' }, 'onError') : drop('onError'))}
          />
          <NumberInput
            label="Attempts"
            description="How often it is tried, the first time included."
            min={1}
            max={20}
            value={node.retry?.maxAttempts ?? 1}
            onChange={(value) => {
              if (typeof value !== 'number' || value <= 1) drop('retry')
              else
                set({ retry: { delayMs: 1_000, backoff: 'exponential', ...node.retry, maxAttempts: value } }, 'retry')
            }}
          />
          <NumberInput
            label="Time limit in seconds"
            placeholder="None"
            min={1}
            max={86_400}
            value={node.timeoutMs === undefined ? '' : node.timeoutMs / 1_000}
            onChange={(value) =>
              typeof value === 'number' ? set({ timeoutMs: value * 1_000 }, 'timeoutMs') : drop('timeoutMs')
            }
          />
          <Switch
            label="Skip this node"
            checked={node.disabled === true}
            onChange={(event) => (event.currentTarget.checked ? set({ disabled: true }, 'disabled') : drop('disabled'))}
          />
          <Textarea
            label="Note"
            autosize
            minRows={2}
            value={node.note ?? ''}
            onChange={(event) => set({ note: event.currentTarget.value }, 'note')}
          />
        </Stack>
      </Fold>
    </div>
  )
}

const KEY = /^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u

function KeyInput({ node, draft, onSelect }: Pick<MoreProps, 'node' | 'draft' | 'onSelect'>) {
  const [text, setText] = useState(node.key)
  const taken = text !== node.key && keysOf(draft.definition).has(text)
  const error = taken
    ? 'Another node has this key.'
    : KEY.test(text)
      ? undefined
      : 'A key starts with a letter and holds letters, digits, _ and -'
  const save = () => {
    if (error) setText(node.key)
    else if (text !== node.key) {
      draft.change((old) => renameNode(old, node.key, text))
      onSelect(text)
    }
  }
  return (
    <TextInput
      label="Key"
      description={`Other nodes read its output as $nodes.${node.key}; they follow when it changes.`}
      value={text}
      error={error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save()
      }}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
