import { useMemo } from 'react'
import type { Catalog, Collection, Json, NodeTypeInfo, Workflow } from '../../api/types.ts'
import { findNodeType } from '../../canvas/branches.ts'
import { findNode, nodeAtPath } from '../../canvas/edit-definition.ts'
import { iconOf } from '../../canvas/icons.ts'
import { TRIGGER_KEY } from '../../canvas/layout.ts'
import { FormScope, type FormScopeValue } from '../../forms/form-scope.ts'
import { labelsOf, secretGroup, variablesFor } from '../../forms/variables.ts'
import { asText } from '../../lib/json.ts'
import { Panel } from '../../ui/Panel.tsx'
import classes from './editor.module.css'
import { NodePanel } from './NodePanel.tsx'
import { TriggerPanel } from './TriggerPanel.tsx'
import { useCalledOutputs } from './use-called-outputs.ts'
import type { Draft } from './use-draft.ts'
import { WorkflowPanel } from './WorkflowPanel.tsx'

/** Selects no node but the settings of the workflow; on a phone, where they are not shown beside the canvas. */
export const SETTINGS_KEY = '$settings'

interface Props {
  workflow: Workflow
  draft: Draft
  catalog: Catalog
  collections: Collection[]
  environment: string[]
  /** Names of the secrets that are a text. */
  secrets: string[]
  selected: string | undefined
  onSelect: (key: string | undefined) => void
  onProblem: (path: string) => void
}

/** Beside its field a message need not name it. */
function atField(message: string): string {
  return /^"[^"]+" is required\.$/.test(message) ? 'This is needed.' : message
}

/** Problems of the selected node or the trigger, by the path inside its config. */
function problemsOf(draft: Draft, selected: string | undefined): Map<string, string> {
  const found = new Map<string, string>()
  for (const { path, message } of draft.problems) {
    const at = nodeAtPath(draft.definition, path)
    const rest =
      selected === TRIGGER_KEY && path.startsWith('trigger.')
        ? path.slice(8)
        : at?.node.key === selected
          ? at?.rest
          : undefined
    if (rest === undefined) continue
    const inner = rest.replace(/^config\.?/, '')
    found.set(inner, [found.get(inner), atField(message)].filter(Boolean).join(' '))
  }
  return found
}

/** The decisions of a review, which the config holds only when they are not the usual ones. */
function defaultsOf(type: NodeTypeInfo | undefined): Map<string, Json> {
  const { decisions } = type?.configSchema.properties ?? {}
  if (!decisions || !type?.branches) return new Map()
  return new Map([['decisions', type.branches.map(({ name, title }) => ({ name, label: title }))]])
}

export function SidePanel(props: Props) {
  const { workflow, draft, catalog, collections, environment, secrets, selected, onSelect, onProblem } = props
  const { definition } = draft
  const node = selected === undefined ? undefined : findNode(definition, selected)?.node
  const type = node && findNodeType(catalog, node.type)
  const outputs = useCalledOutputs(definition)
  const scope = useMemo<FormScopeValue>(() => {
    const variables = variablesFor(definition, selected ?? TRIGGER_KEY, catalog, collections, environment, outputs)
    return {
      // The trigger is what the variables come from; nothing has run before it.
      variables: selected === TRIGGER_KEY ? [] : variables,
      labels: labelsOf([...variables, ...secretGroup(secrets)]),
      secrets,
      collections,
      bare: type?.expressions ?? [],
      sync: definition.sync,
      triggerCollection: asText(definition.trigger.config.collection),
      defaults: defaultsOf(type),
      problems: problemsOf(draft, selected),
    }
  }, [definition, selected, catalog, collections, environment, outputs, secrets, type, draft])

  if (selected === TRIGGER_KEY) {
    const trigger = catalog.triggers.find((item) => item.type === definition.trigger.type)
    const Glyph = iconOf(trigger?.icon)
    return (
      <Panel
        title="Trigger"
        label="Trigger settings"
        icon={Glyph}
        onClose={() => onSelect(undefined)}
        className={classes.panel}
      >
        <FormScope value={scope}>
          <TriggerPanel workflow={workflow} draft={draft} catalog={catalog} problems={scope.problems} />
        </FormScope>
      </Panel>
    )
  }
  if (node) {
    const Glyph = iconOf(type?.icon, type?.category)
    const title = type?.title ?? node.type
    return (
      <Panel
        title={title}
        label={`${title} settings`}
        icon={Glyph}
        onClose={() => onSelect(undefined)}
        className={classes.panel}
      >
        <FormScope value={scope}>
          <NodePanel
            key={node.key}
            node={node}
            type={type}
            draft={draft}
            onSelect={onSelect}
            problems={scope.problems}
          />
        </FormScope>
      </Panel>
    )
  }
  return (
    <Panel
      title="Workflow"
      label="Workflow settings"
      onClose={selected === undefined ? undefined : () => onSelect(undefined)}
      className={classes.panel}
    >
      <FormScope value={scope}>
        <WorkflowPanel workflow={workflow} draft={draft} catalog={catalog} onProblem={onProblem} />
      </FormScope>
    </Panel>
  )
}
