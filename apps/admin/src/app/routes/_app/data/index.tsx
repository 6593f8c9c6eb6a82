import { createFileRoute } from '@tanstack/react-router'
import { CollectionsPage } from '../../../../features/data/CollectionsPage.tsx'

export const Route = createFileRoute('/_app/data/')({ component: CollectionsPage })
