// Sets up the form's webhook on a server, sends forms as a browser does, and prints what followed.
// On which server, says ../connect.ts. Ends with 1 when anything is not as expected.
import { connect } from '../connect.ts'
import { print, printRun } from '../print.ts'
import { startMailServer } from './mail-server.ts'
import { play } from './play.ts'
import { type Story, setUp, THANKS_PAGE, WORKFLOW } from './story.ts'

const mailServer = await startMailServer()
try {
  const { ensue, url, close } = await connect<Story>()
  try {
    const { user } = await ensue.auth.me()
    const owner = user?.email ?? ''
    await setUp(ensue, { mail: mailServer.credential, sales: owner, support: owner })
    print(`The form posts to ${url}/api/webhooks/${WORKFLOW}; mail goes to port ${mailServer.credential.port}.`)
    const { first, second } = await play(ensue, url, mailServer)
    printRun('A first message', first)
    printRun('A second message of the same person', second)
    print(`\nThe browser was sent on to ${THANKS_PAGE}. The last e-mail:\n`)
    print(mailServer.mails.at(-1)?.source.trim() ?? '')
  } finally {
    await close()
  }
} finally {
  await mailServer.stop()
}
