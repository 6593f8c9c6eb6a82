import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Workflow } from '../../api/types.ts'
import { useDeploy, useEnableWorkflow } from '../../api/workflows.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { showDone } from '../../ui/notify.ts'
import classes from './editor.module.css'
import { ProblemList } from './ProblemList.tsx'
import type { Draft } from './use-draft.ts'

interface Props {
  opened: boolean
  onClose: () => void
  workflow: Workflow
  draft: Draft
  onProblem: (path: string) => void
}

export function DeployModal(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Deploy" size={460}>
      {props.opened && <DeployForm {...props} />}
    </Modal>
  )
}

function DeployForm({ onClose, workflow, draft, onProblem }: Props) {
  const [note, setNote] = useState('')
  const [saving, setSaving] = useState(false)
  const deploy = useDeploy()
  const enable = useEnableWorkflow()
  const { key, liveVersion, enabled } = workflow
  const blocked = draft.problems.length > 0
  const run = async () => {
    setSaving(true)
    await draft.flush()
    setSaving(false)
    deploy.mutate(
      { key, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      {
        onSuccess: ({ version }) => {
          if (!enabled) enable.mutate({ key, enabled: true })
          showDone(`Version ${version} is live.`)
          onClose()
        },
      },
    )
  }
  if (blocked)
    return (
      <Stack gap="sm">
        <Text c="dimmed">
          The draft has {draft.problems.length === 1 ? 'a problem' : `${draft.problems.length} problems`} to be solved
          first.
        </Text>
        <div>
          <ProblemList
            draft={draft}
            onProblem={(path) => {
              onClose()
              onProblem(path)
            }}
          />
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back to the draft
          </Button>
        </Group>
      </Stack>
    )
  return (
    <Stack gap="md">
      <Text c="dimmed">
        {liveVersion === null ? 'The draft becomes version 1' : `The draft replaces version ${liveVersion}`} and is live
        at once.
        {liveVersion !== null && ' Executions that are under way keep their version.'}
        {!enabled && ' The workflow is enabled as well.'}
      </Text>
      <Textarea
        label="Note"
        placeholder="What changed, and why"
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
      />
      {draft.state === 'failed' && (
        <div className={classes.notice}>The last change of the draft could not be saved.</div>
      )}
      <ErrorNote error={deploy.error} />
      <FormButtons onCancel={onClose} type="button" loading={saving || deploy.isPending} onClick={() => void run()}>
        Deploy
      </FormButtons>
    </Stack>
  )
}
