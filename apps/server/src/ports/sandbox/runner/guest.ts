import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import releaseVariant from '@jitl/quickjs-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core'
import { describeUrl } from './describe-url.ts'
import { installConsole } from './guest/console.ts'
import { createHarness } from './guest/harness.ts'
import { installLazily } from './guest/install-lazily.ts'
import { cloneMembers } from './guest/structured-clone.ts'
import { textMembers } from './guest/text.ts'
import { installTimers } from './guest/timers.ts'
import { urlMembers } from './guest/url.ts'
import { searchParamsMembers } from './guest/url-search-params.ts'
import { createLog } from './log.ts'
import { takeImage } from './memory-image.ts'
import { SANDBOX_LIMITS } from './protocol.ts'

/** An engine for one run: a WASM instance with a bounded memory. All that the engine knows is in that memory, so with every
 *  byte put back as it was before the run it is as good as new, whatever the code did to it. */
export interface Guest {
  context: QuickJSContext
  runtime: QuickJSRuntime
  /** Functions that the code in the guest never sees, see guest/harness.ts. */
  harness: QuickJSHandle
  memory: WebAssembly.Memory
  /** What the run has written so far. */
  log(): readonly string[]
  /** Makes it as good as new. @returns false when that can't be: it is to be dropped then */
  rewind(): boolean
}

// Its types describe the CommonJS build, where the default export is one level further in.
const variant = releaseVariant as unknown as QuickJSSyncVariant
const PAGE_BYTES = 65_536
const { initialMemoryBytes, maxMemoryBytes, maxStackBytes } = SANDBOX_LIMITS
const wasmModule = new WebAssembly.Module(
  readFileSync(fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))),
)

// The functions are written and tested as TypeScript and carried over as text. Each may use only what is inside it.
const LAZY = {
  'TextEncoder TextDecoder btoa atob': `${textMembers}`,
  URLSearchParams: `${searchParamsMembers}`,
  URL: `${urlMembers}`,
  structuredClone: `${cloneMembers}`,
}
const PRELUDE = `(function (writeLog, describeUrl, random) {
'use strict'
Math.random = random
;(${installConsole})(globalThis, writeLog)
;(${installLazily})(globalThis, ${JSON.stringify(LAZY)}, globalThis, describeUrl)
return (${createHarness})((${installTimers})(globalThis))
})`

export async function createGuest(): Promise<Guest> {
  const memory = new WebAssembly.Memory({
    initial: initialMemoryBytes / PAGE_BYTES,
    maximum: maxMemoryBytes / PAGE_BYTES,
  })
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory: memory }))
  const runtime = quickjs.newRuntime()
  runtime.setMaxStackSize(maxStackBytes)
  const context = runtime.newContext()
  let log = createLog()
  let isSound = true
  const hostFunction = (name: string, answer: (...texts: QuickJSHandle[]) => QuickJSHandle) =>
    context.newFunction(name, (...texts) => {
      try {
        return answer(...texts)
      } catch (error) {
        // The code may catch it, but the engine was left in the middle of something: its stack pointer is not in the memory.
        isSound = false
        throw error
      }
    })
  // The only ways out: text in, text back.
  const writeLog = hostFunction('writeLog', (line) => {
    log.write(context.getString(line!))
    return context.undefined
  })
  const urlParts = hostFunction('describeUrl', (...texts) =>
    context.newString(describeUrl(...texts.map((text) => context.getString(text)))),
  )
  // The engine's own would begin with the same number after each rewinding.
  const random = hostFunction('random', () => context.newNumber(Math.random()))
  const setUp = context.unwrapResult(context.evalCode(PRELUDE, 'prelude'))
  const harness = context.unwrapResult(context.callFunction(setUp, context.undefined, writeLog, urlParts, random))
  // Before the image: the library tells the engine to ask only once, and the engine must not forget it.
  runtime.setInterruptHandler(() => false)
  const image = takeImage(memory)
  return {
    context,
    runtime,
    harness,
    memory,
    log: () => log.lines,
    rewind() {
      log = createLog()
      return isSound && image.restore()
    },
  }
}
