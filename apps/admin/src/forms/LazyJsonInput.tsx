import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

const Loaded = lazy(() => import('./JsonInput.tsx').then(({ JsonInput }) => ({ default: JsonInput })))

/** The JSON field of screens that rarely need one: the code editor is loaded when it is shown. */
export function LazyJsonInput(props: ComponentProps<typeof Loaded>) {
  return (
    <Suspense fallback={<Skeleton h={props.minHeight ?? 96} aria-label={props.label} />}>
      <Loaded {...props} />
    </Suspense>
  )
}
