import { Modal, Radio, Select, Skeleton, Stack, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useCollections } from '../../api/collections.ts'
import type { Definition, TriggerTypeInfo } from '../../api/types.ts'
import { catalogQuery, useCreateWorkflow } from '../../api/workflows.ts'
import { iconOf } from '../../canvas/icons.ts'
import { FieldFrame } from '../../forms/FieldFrame.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import classes from './workflows.module.css'

export function CreateWorkflowModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New workflow" size={620}>
      {opened && <CreateForm onClose={onClose} />}
    </Modal>
  )
}

function TriggerCard({ trigger }: { trigger: TriggerTypeInfo }) {
  const Glyph = iconOf(trigger.icon)
  return (
    <Radio.Card value={trigger.type} className={classes.trigger}>
      <Glyph size={18} stroke={1.7} className={classes.triggerIcon} aria-hidden />
      <span>
        <span className={classes.triggerTitle}>{trigger.title}</span>
        <span className={classes.triggerSummary}>{trigger.summary}</span>
      </span>
    </Radio.Card>
  )
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const catalog = useQuery(catalogQuery)
  const collections = useCollections()
  const create = useCreateWorkflow()
  const navigate = useNavigate()
  const [title, setTitle] = useState('')
  const [description, setDescription] = useState('')
  const [type, setType] = useState('action')
  const [collection, setCollection] = useState<string | null>(null)
  const [mode, setMode] = useState('async')
  const trigger = catalog.data?.triggers.find((item) => item.type === type)
  const needsCollection = trigger?.configSchema.required?.includes('collection') ?? false
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const definition: Definition = {
      sync: trigger?.sync === 'always' || (trigger?.sync === 'optional' && mode === 'sync'),
      trigger: { type, config: needsCollection && collection ? { collection } : {} },
      nodes: [],
      options: {},
    }
    create.mutate(
      { title: title.trim(), definition, ...(description.trim() ? { description: description.trim() } : {}) },
      { onSuccess: ({ key }) => void navigate({ to: '/workflows/$key', params: { key } }) },
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Title"
          placeholder="Reimbursement approval"
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          required
          data-autofocus
        />
        <Textarea
          label="Description"
          placeholder="What it is for"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={4}
        />
        <FieldFrame label="Starts with">
          {catalog.data ? (
            <Radio.Group value={type} onChange={setType} aria-label="Trigger">
              <div className={classes.triggers}>
                {catalog.data.triggers.map((item) => (
                  <TriggerCard key={item.type} trigger={item} />
                ))}
              </div>
            </Radio.Group>
          ) : (
            <div className={classes.triggers}>
              {[1, 2, 3, 4].map((item) => (
                <Skeleton key={item} h={74} />
              ))}
            </div>
          )}
        </FieldFrame>
        {needsCollection && (
          <Select
            label="Collection"
            placeholder="Choose a collection"
            data={(collections.data ?? []).map((item) => ({ value: item.name, label: item.title || item.name }))}
            value={collection}
            onChange={setCollection}
            searchable
            nothingFoundMessage="No collection. Create one under Data."
          />
        )}
        {trigger?.sync === 'optional' && (
          <Radio.Group label="Runs" value={mode} onChange={setMode}>
            <Stack gap={6} mt={4}>
              <Radio
                value="async"
                label="In the background"
                description="The caller goes on at once; the run may wait for people and time."
              />
              <Radio
                value="sync"
                label="While the caller waits"
                description="The caller gets the result. No node may wait."
              />
            </Stack>
          </Radio.Group>
        )}
        <ErrorNote error={create.error} />
        <FormButtons onCancel={onClose} loading={create.isPending} disabled={title.trim() === ''}>
          Create workflow
        </FormButtons>
      </Stack>
    </form>
  )
}
