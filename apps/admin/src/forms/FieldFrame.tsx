import type { ReactNode } from 'react'
import classes from './forms.module.css'

interface Props {
  label: string
  id?: string
  hideLabel?: boolean
  description?: string | undefined
  required?: boolean
  error?: string | undefined
  onLabelClick?: () => void
  children: ReactNode
}

/** A text in which `code` stands between backticks. */
function withCode(text: string): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}

/** Label, description, control and error, as Mantine's inputs have them, for controls of our own. */
export function FieldFrame({ label, id, hideLabel, description, required, error, onLabelClick, children }: Props) {
  return (
    <div className={classes.field}>
      {!hideLabel && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: a convenience for the pointer; the control itself takes the keyboard
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <div className={classes.label} onClick={onLabelClick}>
          {label}
          {required && (
            <span className={classes.required} aria-hidden>
              {' '}
              *
            </span>
          )}
        </div>
      )}
      {description && <div className={classes.description}>{withCode(description)}</div>}
      {children}
      <div id={id} className={error ? classes.error : 'visually-hidden'}>
        {error}
      </div>
    </div>
  )
}
