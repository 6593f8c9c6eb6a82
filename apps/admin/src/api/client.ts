import { createClient } from '@ensue/sdk'

/** The page's own server; the session cookie says who calls. */
export const client = createClient()
