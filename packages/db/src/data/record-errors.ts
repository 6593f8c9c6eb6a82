import { AppError } from '@ensue/engine/core'

/** What PostgreSQL says of a record, as an answer to the caller; anything else is handed on. */
export function toRecordError(error: unknown, collection: string): unknown {
  const { code, detail, constraint, column } = error as {
    code?: string
    detail?: string
    constraint?: string
    column?: string
  }
  switch (code) {
    case '23505': {
      const field = /^Key \((.+?)\)=/.exec(detail ?? '')?.[1]?.replaceAll('"', '')
      return new AppError('conflict', `There is a record in ${collection} with this ${field ?? 'value'} already.`, {
        cause: error,
        ...(field ? { path: `values.${field}` } : {}),
      })
    }
    case '23503': {
      const field = /^Key \((.+?)\)=/.exec(detail ?? '')?.[1]?.replaceAll('"', '')
      return detail?.includes('still referenced')
        ? new AppError('conflict', `Other records refer to this record of ${collection}.`, { cause: error })
        : new AppError('invalid_input', `${field ?? 'An association'} refers to a record that does not exist.`, {
            cause: error,
            ...(field ? { path: `values.${field}` } : {}),
          })
    }
    case '23502':
      return new AppError('invalid_input', `${column ?? 'A field'} is required.`, {
        cause: error,
        path: `values.${column ?? ''}`,
      })
    case '23514':
      return new AppError('invalid_input', `A value breaks the rule ${constraint ?? 'of its field'}.`, { cause: error })
    case '22P02':
    case '22003':
    case '22007':
    case '22008':
    case '22021':
    case '22P05':
      return new AppError('invalid_input', 'A value does not fit its field.', { cause: error })
    case '42703':
    case '42P01':
    case '0A000':
      return new AppError('conflict', `${collection} has just been changed by someone; try again.`, { cause: error })
    case '54000':
    case '54001':
      return new AppError('invalid_input', 'The request is too large.', { cause: error })
    default:
      return error
  }
}
