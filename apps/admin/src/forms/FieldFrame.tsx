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
      {description && <div className={classes.description}>{description}</div>}
      {children}
      <div id={id} className={error ? classes.error : 'visually-hidden'}>
        {error}
      </div>
    </div>
  )
}
