// Runs one of the examples: `pnpm example <name>`; without a name the reimbursements.
import { existsSync } from 'node:fs'
import path from 'node:path'

const name = process.argv[2] ?? 'reimbursement'
const script = path.join(import.meta.dirname, name, 'main.ts')
if (!/^[a-z-]+$/.test(name) || !existsSync(script)) {
  process.stderr.write(`There is no example "${name}"; the folders here are the examples.\n`)
  process.exit(2)
}
await import(script)
