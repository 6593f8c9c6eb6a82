import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { EditorView, lineNumbers } from '@codemirror/view'
import { minimalSetup } from 'codemirror'
import { useEffect, useId, useRef } from 'react'
import { editorTheme, highlighting, showText } from './code-mirror.ts'
import { FieldFrame } from './FieldFrame.tsx'
import classes from './forms.module.css'

interface Props {
  label: string
  language: 'json' | 'javascript' | 'text'
  value: string
  onChange: (text: string) => void
  hideLabel?: boolean
  description?: string | undefined
  required?: boolean
  error?: string | undefined
  minHeight?: number
  maxHeight?: number | string
}

/** A code editor. Tab leaves it, as in every other field. */
export function CodeInput(props: Props) {
  const { label, language, value, onChange, minHeight = 96, maxHeight = 420 } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ value, onChange })
  latest.current = { value, onChange }
  const id = useId()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; later values arrive by the effect below
  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      doc: value,
      extensions: [
        minimalSetup,
        editorTheme,
        highlighting,
        EditorView.lineWrapping,
        language === 'text' ? [] : lineNumbers(),
        language === 'json' ? json() : language === 'javascript' ? javascript() : [],
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': id }),
        EditorView.updateListener.of((update) => {
          const text = update.state.doc.toString()
          // A value that came from outside is no change by the user.
          if (update.docChanged && text !== latest.current.value) latest.current.onChange(text)
        }),
      ],
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useEffect(() => showText(view.current, value), [value])

  return (
    <FieldFrame {...props} id={id} onLabelClick={() => view.current?.focus()}>
      <div
        className={classes.code}
        data-invalid={props.error !== undefined}
        ref={host}
        style={{ minHeight, maxHeight }}
      />
    </FieldFrame>
  )
}
