// Sets up the stock story on a server, sells until a product runs low, and prints what followed.
// On which server, says ../connect.ts. Ends with 1 when anything is not as expected.
import { connect } from '../connect.ts'
import { print, printRun } from '../print.ts'
import { play } from './play.ts'
import { EVENT, NEW_ORDER, REORDER, type Story, setUp } from './story.ts'

const { ensue, url, close } = await connect<Story>()
try {
  await setUp(ensue)
  print(`Orders go to ${url}/api/webhooks/${NEW_ORDER}; ${REORDER} listens to ${EVENT}.`)
  const { orders, reorders } = await play(ensue, url)
  for (const [index, title] of ['5 sold, 55 left', '8 sold, 47 left', '2 sold, 45 left'].entries())
    printRun(title, orders[index]!)
  printRun('The first event orders from the supplier', reorders[0]!)
  printRun('The second finds that order on its way', reorders[1]!)
} finally {
  await close()
}
