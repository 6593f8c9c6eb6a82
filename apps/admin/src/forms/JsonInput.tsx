import { type ComponentProps, useState } from 'react'
import type { Json } from '../api/types.ts'
import { CodeInput } from './CodeInput.tsx'

interface Props extends Omit<ComponentProps<typeof CodeInput>, 'language' | 'value' | 'onChange'> {
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  /** Text that is no JSON is taken as a string, e.g. a template. */
  textAllowed?: boolean
}

function toText(value: Json | undefined, textAllowed: boolean): string {
  if (value === undefined) return ''
  return textAllowed && typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** A JSON value as text. What can't be read is kept in the field and told, and changes nothing. */
export function JsonInput({ value, onChange, textAllowed = false, error, ...rest }: Props) {
  const [text, setText] = useState(() => toText(value, textAllowed))
  const [known, setKnown] = useState(value)
  const [problem, setProblem] = useState<string>()
  // A value that came from elsewhere, e.g. by undo.
  if (known !== value) {
    setKnown(value)
    setText(toText(value, textAllowed))
    setProblem(undefined)
  }
  const change = (next: string) => {
    setText(next)
    const emit = (parsed: Json | undefined) => {
      setProblem(undefined)
      setKnown(parsed)
      onChange(parsed)
    }
    if (next.trim() === '') return emit(undefined)
    try {
      emit(JSON.parse(next) as Json)
    } catch (thrown) {
      if (textAllowed && !/^\s*[[{]/.test(next)) emit(next)
      else setProblem(thrown instanceof Error ? thrown.message : 'This is not valid JSON.')
    }
  }
  return <CodeInput {...rest} language="json" value={text} onChange={change} error={problem ?? error} />
}
