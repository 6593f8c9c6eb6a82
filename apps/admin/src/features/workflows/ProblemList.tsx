import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { nodeAtPath } from '../../canvas/edit-definition.ts'
import classes from './editor.module.css'
import type { Draft } from './use-draft.ts'

/** What keeps the draft from being deployed; each leads to its node. */
export function ProblemList({ draft, onProblem }: { draft: Draft; onProblem: (path: string) => void }) {
  return (
    <div>
      {draft.problems.map(({ path, message, code }) => {
        const at = nodeAtPath(draft.definition, path)
        return (
          <UnstyledButton
            key={`${path}:${code}:${message}`}
            className={classes.problem}
            onClick={() => onProblem(path)}
          >
            <IconAlertTriangle size={15} aria-hidden />
            <span>
              {message}
              <span className={classes.where}>
                {[
                  at ? at.node.title || at.node.key : 'Trigger',
                  (at?.rest ?? path.replace(/^trigger\.?/, '')).replace(/^config\.?/, ''),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
          </UnstyledButton>
        )
      })}
    </div>
  )
}
