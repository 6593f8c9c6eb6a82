import { autocompletion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view'
import { minimalSetup } from 'codemirror'
import { useEffect, useId, useRef } from 'react'
import { editorTheme, showText } from './code-mirror.ts'
import { expressionChips } from './expression-chips.ts'
import { FieldFrame } from './FieldFrame.tsx'
import { useFormScope } from './form-scope.ts'
import classes from './forms.module.css'
import { VariablePicker } from './VariablePicker.tsx'
import { flatten, secretGroup, type VariableGroup } from './variables.ts'

interface Props {
  label: string
  value: string
  onChange: (text: string) => void
  hideLabel?: boolean
  description?: string | undefined
  placeholder?: string | undefined
  required?: boolean
  error?: string | undefined
  multiline?: boolean
  /** The field is one expression: paths stand without braces. */
  bare?: boolean
  mono?: boolean
  /** It may refer to secrets. */
  secret?: boolean
}

function completions(groups: () => VariableGroup[], bare: boolean) {
  return (context: CompletionContext) => {
    const word = context.matchBefore(/\$[\p{L}\p{N}_.$]*$/u)
    if (!word) return null
    const opened = bare || /\{\{[^}]*$/.test(context.state.sliceDoc(0, word.from))
    return {
      from: word.from,
      validFor: /^\$[\p{L}\p{N}_.$]*$/u,
      options: flatten(groups()).map(({ path, label, group }) => ({
        label: path,
        detail: `${group} · ${label}`,
        apply: opened ? path : `{{${path}}}`,
      })),
    }
  }
}

const singleLine: Extension = EditorState.transactionFilter.of((transaction) =>
  transaction.newDoc.lines > 1 ? [] : transaction,
)

/** Text with expressions in it: variables show as chips, `$` completes them, the button picks them. */
export function ExpressionInput(props: Props) {
  const { label, value, onChange, placeholder = '', multiline = false, bare = false } = props
  const scope = useFormScope()
  const { labels } = scope
  const variables = props.secret ? [...scope.variables, ...secretGroup(scope.secrets)] : scope.variables
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ onChange, variables, labels, label })
  latest.current = { onChange, variables, labels, label }
  const id = useId()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; later values arrive by the effect below
  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      doc: value,
      extensions: [
        minimalSetup,
        editorTheme,
        EditorView.lineWrapping,
        expressionChips(() => latest.current.labels, bare),
        autocompletion({ override: [completions(() => latest.current.variables, bare)], icons: false }),
        keymap.of(completionKeymap),
        placeholder ? placeholderText(placeholder) : [],
        multiline ? [] : singleLine,
        EditorView.contentAttributes.of(() => ({
          'aria-label': latest.current.label,
          'aria-multiline': String(multiline),
          'aria-describedby': id,
        })),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString())
        }),
      ],
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useEffect(() => showText(view.current, value), [value])

  // biome-ignore lint/correctness/useExhaustiveDependencies: an update without changes makes the editor read its label anew
  useEffect(() => view.current?.dispatch({}), [label])

  const insert = (path: string) => {
    const editor = view.current
    if (!editor) return
    const { from, to } = editor.state.selection.main
    const text = bare ? path : `{{${path}}}`
    editor.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } })
    // The popover gives the focus back to its button first.
    setTimeout(() => editor.focus(), 30)
  }

  return (
    <FieldFrame {...props} id={id} onLabelClick={() => view.current?.focus()}>
      <div className={classes.expression} data-invalid={props.error !== undefined} data-mono={props.mono || bare}>
        <div ref={host} className={classes.editor} data-multiline={multiline} />
        {variables.length > 0 && <VariablePicker groups={variables} onPick={insert} label={label} />}
      </div>
    </FieldFrame>
  )
}
