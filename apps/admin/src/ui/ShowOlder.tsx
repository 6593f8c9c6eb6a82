import { Button } from '@mantine/core'

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}

/** The next page of a list whose newest rows come first; nothing when there is none. */
export function ShowOlder({ query }: Props) {
  if (!query.hasNextPage) return null
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      Show older
    </Button>
  )
}
