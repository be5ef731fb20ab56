import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Import {
  readonly from: string
  /** A file of ours, relative to the root, or the name of a package (`@actions/core`, `node:fs`). */
  readonly to: string
  readonly ours: boolean
  /** False when nothing of it is left after compilation. */
  readonly value: boolean
  /** `import()`: loaded when it is reached, not at start-up. */
  readonly lazy: boolean
}

/** Source files below folders of the repository, with forward slashes. */
export function sourceFiles(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort(),
  )
}

export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022)
  const found: Import[] = []
  const add = (specifier: string, value: boolean, lazy: boolean) => {
    const ours = specifier.startsWith('.')
    const to = ours ? posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts') : packageName(specifier)
    found.push({ from: file, to, ours, value, lazy })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(textOf(node.moduleSpecifier), node.importClause?.isTypeOnly !== true, false)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      add(textOf(node.moduleSpecifier), !node.isTypeOnly, false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(textOf(node.argument.literal), false, false)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments
      if (specifier && ts.isStringLiteral(specifier)) add(specifier.text, true, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteral(node) ? node.text : ''
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
