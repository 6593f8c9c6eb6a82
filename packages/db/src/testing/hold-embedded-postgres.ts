// A server process to be killed: owns the folder it is given until then, or until whoever started it is gone.
import { startEmbeddedPostgres } from '../embedded-postgres.ts'

const [folder = ''] = process.argv.slice(2)
const { connectionString } = await startEmbeddedPostgres(folder)
process.stdout.write(`${connectionString}\n`)
process.stdin.once('close', () => process.exit()).resume()
