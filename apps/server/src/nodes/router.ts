import { type Catalog, describeCatalog } from '@ensue/engine'
import { z } from 'zod'
import { procedure, router } from '../trpc.ts'

// Pure data, the same for the life of the process.
const catalog = describeCatalog()

export const nodesRouter = router({
  /** Every node and trigger type: titles, JSON Schemas of the configs, branches, what they may do. */
  types: procedure.output(z.custom<Catalog>()).query(() => catalog),
})
