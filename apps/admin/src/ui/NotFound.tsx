import { IconMapQuestion } from '@tabler/icons-react'
import { ButtonLink } from './ButtonLink.tsx'
import { EmptyState } from './EmptyState.tsx'

export function NotFound() {
  return (
    <EmptyState
      icon={IconMapQuestion}
      title="There is nothing at this address"
      action={
        <ButtonLink to="/" variant="default">
          Go to the start
        </ButtonLink>
      }
    >
      It may have been deleted, or the link is not complete.
    </EmptyState>
  )
}
