import { ActionIcon, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Binding, Collection, ViewButton } from '../../api/types.ts'
import { useWorkflows, versionQuery } from '../../api/workflows.ts'
import { asText } from '../../lib/json.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import classes from './data.module.css'
import { labelOf } from './field-types.ts'

interface Props {
  collection: Collection
  heading: string
  hint: string
  standard: string
  button: ViewButton
  onChange: (button: ViewButton) => void
}

const WHOLE = ''

/** The collection of the data that a binding hands over: the form's own, or that of an association. */
function modelOf(collection: Collection, association: string | undefined): string | undefined {
  return association ? collection.fields.find(({ name }) => name === association)?.target : collection.name
}

interface Bindable {
  key: string
  title: string
  model: string
}

/** What a button can be bound to: deployed, enabled workflows whose live version starts on actions, when named. */
function useBindable(): Bindable[] | undefined {
  const workflows = useWorkflows()
  const candidates = (workflows.data ?? []).flatMap((item) =>
    item.trigger.type === 'action' && item.enabled && item.liveVersion !== null
      ? [{ ...item, liveVersion: item.liveVersion }]
      : [],
  )
  const versions = useQueries({ queries: candidates.map(({ key, liveVersion }) => versionQuery(key, liveVersion)) })
  if (!workflows.data || versions.some(({ isLoading }) => isLoading)) return undefined
  return candidates.flatMap(({ key, title }, index) => {
    const trigger = versions[index]?.data?.definition.trigger
    return trigger && trigger.config.mode !== 'global' ? [{ key, title, model: asText(trigger.config.collection) }] : []
  })
}

export function ButtonSettings({ collection, heading, hint, standard, button, onChange }: Props) {
  const bindable = useBindable()
  const edit = (index: number, binding: Binding) =>
    onChange({ ...button, bindings: button.bindings.map((old, at) => (at === index ? binding : old)) })
  const toOne = collection.fields.filter(({ type }) => type === 'belongsTo' || type === 'hasOne')
  const contexts = [
    { value: WHOLE, label: 'The whole record' },
    ...toOne.map((field) => ({ value: field.name, label: `${labelOf(field)} (${field.target})` })),
  ]
  const any = bindable?.some(({ model }) => model === collection.name) ?? false
  return (
    <section className={classes.buttonCard} aria-label={heading}>
      <Stack gap="sm">
        <div>
          <Text fw={600}>{heading}</Text>
          <Text c="dimmed" fz="sm">
            {hint}
          </Text>
        </div>
        <TextInput
          label="Text"
          placeholder={standard}
          value={button.title ?? ''}
          onChange={(event) => {
            const { title: _title, ...rest } = button
            const title = event.currentTarget.value
            onChange(title === '' ? rest : { ...rest, title })
          }}
        />
        <Text fw={500} fz="sm">
          Bind workflows
        </Text>
        {button.bindings.map((binding, index) => {
          const model = modelOf(collection, binding.association)
          const fitting = (bindable ?? []).filter((item) => item.model === model)
          const known = fitting.some(({ key }) => key === binding.workflow)
          const stale = binding.workflow !== '' && bindable !== undefined && !known
          const options = fitting.map(({ key, title }) => ({ value: key, label: title }))
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity of its own
            <div key={index} className={classes.binding}>
              <Select
                label="Data"
                data={contexts}
                value={binding.association ?? WHOLE}
                allowDeselect={false}
                onChange={(value) => edit(index, { workflow: '', ...(value ? { association: value } : {}) })}
              />
              <Select
                label="Workflow"
                placeholder="Choose"
                data={
                  stale
                    ? [...options, { value: binding.workflow, label: `${binding.workflow} (not available)` }]
                    : options
                }
                value={binding.workflow || null}
                error={stale ? 'Disabled, not deployed, or of another collection.' : undefined}
                searchable
                onChange={(workflow) => workflow && edit(index, { ...binding, workflow })}
                nothingFoundMessage="No workflow fits"
              />
              <ActionIcon
                mb={3}
                aria-label={`Remove binding ${index + 1}`}
                onClick={() => onChange({ ...button, bindings: button.bindings.filter((_old, at) => at !== index) })}
              >
                <IconX size={15} />
              </ActionIcon>
            </div>
          )
        })}
        {!any && button.bindings.length === 0 && bindable && (
          <Text fz="sm" c="dimmed">
            No workflow can be bound yet. It needs a post-action trigger on “{collection.title || collection.name}” in
            local mode, and to be deployed and enabled. <Link to="/workflows">Go to the workflows</Link>
          </Text>
        )}
        <AddButton onClick={() => onChange({ ...button, bindings: [...button.bindings, { workflow: '' }] })}>
          Bind a workflow
        </AddButton>
      </Stack>
    </section>
  )
}
