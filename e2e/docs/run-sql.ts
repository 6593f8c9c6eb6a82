import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** Runs the statements of a file as `psql` would, for the examples of the documentation. */
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(await readFile(process.argv[2] ?? '', 'utf8'))
await client.end()
