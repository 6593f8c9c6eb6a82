import { notifications } from '@mantine/notifications'
import { isApiError, messageOf } from '../api/errors.ts'

export function showError(error: unknown, title = 'That did not work'): void {
  const requestId = isApiError(error) && error.status >= 500 ? error.requestId : undefined
  notifications.show({
    color: 'red',
    title,
    message: requestId ? `${messageOf(error)} (request ${requestId})` : messageOf(error),
    autoClose: 8_000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

export function showDone(message: string): void {
  notifications.show({ message, autoClose: 3_000, closeButtonProps: { 'aria-label': 'Dismiss' } })
}
