import type { Extension } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, MatchDecorator, ViewPlugin, WidgetType } from '@codemirror/view'
import { chipLabel } from './variables.ts'

class ChipWidget extends WidgetType {
  readonly label: string
  readonly path: string
  constructor(label: string, path: string) {
    super()
    this.label = label
    this.path = path
  }
  override eq(other: ChipWidget) {
    return other.label === this.label && other.path === this.path
  }
  toDOM() {
    const chip = document.createElement('span')
    chip.className = 'ens-chip'
    chip.textContent = this.label
    chip.title = this.path
    return chip
  }
}

const PATH = '\\$[\\p{L}_$][\\p{L}\\p{N}_]*(?:\\.(?:[\\p{L}_][\\p{L}\\p{N}_]*|`[^`]*`)|\\[\\d+\\])*'
const PLAIN = new RegExp(`^\\s*(${PATH})\\s*$`, 'u')

/** Shows `{{path}}` as one chip with the variable's name, other expressions coloured. In a bare field every path is coloured. */
export function expressionChips(labels: () => ReadonlyMap<string, string>, bare: boolean): Extension {
  const matcher = bare
    ? new MatchDecorator({ regexp: new RegExp(PATH, 'gu'), decoration: () => Decoration.mark({ class: 'ens-path' }) })
    : new MatchDecorator({
        regexp: /\{\{(.*?)\}\}/g,
        decoration: (match) => {
          const path = PLAIN.exec(match[1] ?? '')?.[1]
          return path === undefined
            ? Decoration.mark({ class: 'ens-path' })
            : Decoration.replace({ widget: new ChipWidget(chipLabel(path, labels()), path) })
        },
      })
  return ViewPlugin.fromClass(
    class {
      chips: DecorationSet
      constructor(view: EditorView) {
        this.chips = matcher.createDeco(view)
      }
      update(update: import('@codemirror/view').ViewUpdate) {
        this.chips = matcher.updateDeco(update, this.chips)
      }
    },
    {
      decorations: (plugin) => plugin.chips,
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) =>
          bare ? Decoration.none : (view.plugin(plugin)?.chips ?? Decoration.none),
        ),
    },
  )
}
