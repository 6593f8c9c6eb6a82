import { useState } from 'react'

/** Has this ever been true? A drawer is loaded when it is first opened, and stays for its closing. */
export function useEver(now: boolean): boolean {
  const [ever, setEver] = useState(now)
  if (now && !ever) setEver(true)
  return ever || now
}
