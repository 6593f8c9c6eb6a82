import { ActionIcon, Button, Menu, Popover, SegmentedControl, Switch, Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDots,
  IconHistory,
  IconPlayerPlay,
  IconSettings,
  IconTrash,
} from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { messageOf } from '../../api/errors.ts'
import { canWorkflow, useMe } from '../../api/session.ts'
import type { Workflow } from '../../api/types.ts'
import { useDeleteWorkflow, useEnableWorkflow, useUpdateWorkflow } from '../../api/workflows.ts'
import { ConfirmModal } from '../../ui/ConfirmModal.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import { Chip } from '../../ui/StatusBadge.tsx'
import { DeployModal } from './DeployModal.tsx'
import classes from './editor.module.css'
import { ProblemList } from './ProblemList.tsx'
import { RunModal } from './RunModal.tsx'
import type { Draft, SaveState } from './use-draft.ts'
import { VersionsDrawer } from './VersionsDrawer.tsx'

const SAVE_TEXT: Record<SaveState, string> = {
  saved: 'Draft saved',
  unsaved: 'Saving…',
  saving: 'Saving…',
  failed: 'Not saved',
}

export type EditorView = 'canvas' | 'json' | 'debug'

interface Props {
  workflow: Workflow
  draft: Draft
  view: EditorView
  onView: (view: EditorView) => void
  onProblem: (path: string) => void
  onSettings: () => void
}

export function EditorHeader({ workflow, draft, view, onView, onProblem, onSettings }: Props) {
  const me = useMe()
  const enable = useEnableWorkflow()
  const [open, setOpen] = useState<'deploy' | 'versions' | 'run' | 'delete'>()
  const close = () => setOpen(undefined)
  const { key, liveVersion, enabled } = workflow
  const changed = workflow.hasDraftChanges || draft.state !== 'saved'
  const mayEdit = canWorkflow(me?.permissions, 'edit')
  const callable =
    canWorkflow(me?.permissions, 'run') &&
    liveVersion !== null &&
    enabled &&
    ['call', 'manual'].includes(workflow.trigger.type)
  return (
    <header className={classes.header}>
      <div className={classes.names}>
        <div className={classes.titleRow}>
          <Link to="/workflows" className={classes.back}>
            Workflows
          </Link>
          <span aria-hidden>/</span>
          <Title workflow={workflow} readOnly={!mayEdit} />
        </div>
        <div className={classes.facts}>
          <CopyText text={key} label="Copy the key" />
          {liveVersion === null ? (
            <Chip>Not deployed</Chip>
          ) : (
            <>
              <Chip tone={enabled ? 'green' : 'gray'}>{enabled ? `v${liveVersion} live` : `v${liveVersion} off`}</Chip>
              {changed && <Chip tone="amber">Draft differs</Chip>}
            </>
          )}
          <Tooltip label={draft.error ? messageOf(draft.error) : 'Every change is saved as you work'}>
            <span className={classes.save} data-state={draft.state} role="status">
              {SAVE_TEXT[draft.state]}
            </span>
          </Tooltip>
          {draft.state === 'failed' && (
            <Button size="compact-xs" variant="default" onClick={() => void draft.flush()}>
              Try again
            </Button>
          )}
        </div>
      </div>
      <div className={classes.actions}>
        <Problems draft={draft} onProblem={onProblem} />
        <ActionIcon.Group visibleFrom="sm">
          <ActionIcon aria-label="Undo" disabled={!draft.canUndo} onClick={draft.undo}>
            <IconArrowBackUp size={17} />
          </ActionIcon>
          <ActionIcon aria-label="Redo" disabled={!draft.canRedo} onClick={draft.redo}>
            <IconArrowForwardUp size={17} />
          </ActionIcon>
        </ActionIcon.Group>
        <SegmentedControl
          size="xs"
          aria-label="View"
          data={[
            { value: 'canvas', label: 'Canvas' },
            { value: 'json', label: 'JSON' },
            ...(mayEdit ? [{ value: 'debug', label: 'Debug' }] : []),
          ]}
          value={view}
          onChange={(next) => onView(next as EditorView)}
        />
        <Tooltip
          label={liveVersion === null ? 'Deploy it first' : enabled ? 'Starts on its trigger' : 'Does not start'}
        >
          <Switch
            checked={enabled}
            disabled={!canWorkflow(me?.permissions, 'deploy') || liveVersion === null}
            label="Enabled"
            onChange={(event) => enable.mutate({ key, enabled: event.currentTarget.checked })}
          />
        </Tooltip>
        {callable && view !== 'debug' && (
          <Button variant="default" leftSection={<IconPlayerPlay size={15} />} onClick={() => setOpen('run')}>
            Run
          </Button>
        )}
        <Button onClick={() => setOpen('deploy')} disabled={!canWorkflow(me?.permissions, 'deploy')}>
          Deploy
        </Button>
        <Menu width={190}>
          <Menu.Target>
            <ActionIcon aria-label="More">
              <IconDots size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconHistory size={15} />} onClick={() => setOpen('versions')}>
              Versions
            </Menu.Item>
            <Menu.Item hiddenFrom="md" leftSection={<IconSettings size={15} />} onClick={onSettings}>
              Settings
            </Menu.Item>
            <ExecutionsItem workflowKey={key} />
            {mayEdit && (
              <>
                <Menu.Divider />
                <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => setOpen('delete')}>
                  Delete…
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
      <DeployModal opened={open === 'deploy'} onClose={close} workflow={workflow} draft={draft} onProblem={onProblem} />
      <VersionsDrawer opened={open === 'versions'} onClose={close} workflow={workflow} />
      <RunModal opened={open === 'run'} onClose={close} workflow={workflow} />
      <DeleteModal opened={open === 'delete'} onClose={close} workflow={workflow} />
    </header>
  )
}

function Title({ workflow, readOnly }: { workflow: Workflow; readOnly: boolean }) {
  const update = useUpdateWorkflow()
  const [title, setTitle] = useState(workflow.title)
  useEffect(() => setTitle(workflow.title), [workflow.title])
  const save = () => {
    const next = title.trim()
    if (next === '') setTitle(workflow.title)
    else if (next !== workflow.title) update.mutate({ key: workflow.key, title: next })
  }
  return (
    <input
      className={classes.title}
      aria-label="Title"
      value={title}
      readOnly={readOnly}
      onChange={(event) => setTitle(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}

function Problems({ draft, onProblem }: { draft: Draft; onProblem: (path: string) => void }) {
  const [opened, setOpened] = useState(false)
  if (draft.problems.length === 0) return null
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconAlertTriangle size={14} color="var(--ens-amber)" />}
          onClick={() => setOpened(!opened)}
        >
          {draft.problems.length} {draft.problems.length === 1 ? 'problem' : 'problems'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <ProblemList
          draft={draft}
          onProblem={(path) => {
            setOpened(false)
            onProblem(path)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function ExecutionsItem({ workflowKey }: { workflowKey: string }) {
  const navigate = useNavigate()
  return (
    <Menu.Item
      leftSection={<IconHistory size={15} />}
      onClick={() => void navigate({ to: '/executions', search: { workflow: workflowKey } })}
    >
      Executions
    </Menu.Item>
  )
}

function DeleteModal({ opened, onClose, workflow }: { opened: boolean; onClose: () => void; workflow: Workflow }) {
  const remove = useDeleteWorkflow()
  const navigate = useNavigate()
  return (
    <ConfirmModal
      opened={opened}
      onClose={onClose}
      title="Delete the workflow"
      name={workflow.key}
      confirm="Delete workflow"
      onConfirm={async () => {
        await remove.mutateAsync(workflow.key)
        await navigate({ to: '/workflows' })
      }}
    >
      “{workflow.title}”, its draft and its versions are deleted. This can't be undone.
    </ConfirmModal>
  )
}
