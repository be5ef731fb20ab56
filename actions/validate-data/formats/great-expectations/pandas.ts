import { type Expression, isCondition, NoCondition, sqlOf } from './pandas-sql.js'

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end'
  readonly text: string
}

const TOKENS =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|`(?<quoted>[^`]+)`|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<sign>==|!=|<=|>=|\*\*|\/\/|[<>&|~()[\],.+\-*/%]))/uy
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']
const MISSING = { isnull: true, isna: true, notnull: false, notna: false } as const
const DEEPEST = 50

/**
 * A row condition in the language of `pandas.DataFrame.query` as SQL with the same rows: comparisons (chained ones too), `in`,
 * `not in`, `and`, `or`, `not`, `&`, `|`, `~`, `+ - * /`, back-quoted names, `.isnull()`, `.notnull()`, `.isin([…])`. As in pandas, a
 * comparison with a missing value is false and `!=` with one is true. Throws NoCondition for anything else (functions, `@variables`).
 */
export function fromPandasQuery(query: string): string {
  const parser = new Parser(tokensOf(query))
  const expression = parser.whole()
  if (!isCondition(expression)) throw new NoCondition('it is no condition')
  return sqlOf(expression, false)
}

function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  TOKENS.lastIndex = 0
  const text = query.trimEnd()
  while (TOKENS.lastIndex < text.length) {
    const at = TOKENS.lastIndex
    const groups = TOKENS.exec(text)?.groups
    if (groups === undefined)
      throw new NoCondition(`${JSON.stringify(text.slice(at, at + 12).trim())} is not understood`)
    const { number, name, quoted, text: quotedText, sign } = groups
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (quoted !== undefined) tokens.push({ kind: 'name', text: `\`${quoted}` })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (quotedText !== undefined) tokens.push({ kind: 'text', text: unquoted(quotedText) })
    else tokens.push({ kind: 'sign', text: sign as string })
  }
  return [...tokens, { kind: 'end', text: '' }]
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => {
    const known = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' }[char]
    if (known === undefined) throw new NoCondition(`the escape \\${char} is not understood`)
    return known
  })
}

class Parser {
  private at = 0
  private depth = 0
  private readonly tokens: readonly Token[]
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  whole(): Expression {
    const expression = this.or()
    if (this.next.kind !== 'end') throw new NoCondition(`${JSON.stringify(this.next.text)} is not expected there`)
    return expression
  }

  private get next(): Token {
    return this.tokens[this.at] as Token
  }
  private is(text: string): boolean {
    return (this.next.kind === 'sign' || this.next.kind === 'name') && this.next.text === text
  }
  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }
  private expect(text: string): void {
    if (!this.take(text)) throw new NoCondition(`\`${text}\` is missing`)
  }
  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) throw new NoCondition('it is nested too deeply')
    const result = read()
    this.depth--
    return result
  }

  private or(): Expression {
    // In DataFrame.query `&` and `|` are `and` and `or`, below comparisons.
    return this.deeper(() => this.chain('or', ['or', '|'], () => this.chain('and', ['and', '&'], () => this.not())))
  }
  private chain(kind: 'and' | 'or', signs: readonly string[], part: () => Expression): Expression {
    const parts = [part()]
    while (signs.some((sign) => this.take(sign))) parts.push(part())
    return parts.length === 1 ? (parts[0] as Expression) : { kind, parts }
  }
  private not(): Expression {
    return this.take('not') ? { kind: 'not', of: this.deeper(() => this.not()) } : this.compared()
  }

  private compared(): Expression {
    const sides = [this.sum()]
    const operators: string[] = []
    for (let operator = this.operator(); operator !== null; operator = this.operator()) {
      operators.push(operator)
      sides.push(this.sum())
    }
    const parts = operators.map((operator, i) => compare(operator, sides[i] as Expression, sides[i + 1] as Expression))
    if (parts.length === 0) return sides[0] as Expression
    return parts.length === 1 ? (parts[0] as Expression) : { kind: 'and', parts }
  }
  private operator(): string | null {
    const found = COMPARISONS.find((sign) => this.take(sign))
    if (found !== undefined) return found
    if (this.take('in')) return 'in'
    if (this.is('not') && this.tokens[this.at + 1]?.text === 'in') {
      this.at += 2
      return 'not in'
    }
    return null
  }
  private sum(): Expression {
    return this.arithmetic(['+', '-'], () => this.arithmetic(['*', '/'], () => this.unary()))
  }
  private arithmetic(signs: readonly string[], part: () => Expression): Expression {
    let left = part()
    for (;;) {
      const operator = signs.find((sign) => this.take(sign))
      if (operator === undefined) return left
      left = { kind: 'arithmetic', operator, sides: [left, part()] }
    }
  }
  private unary(): Expression {
    if (this.take('~')) return { kind: 'not', of: this.deeper(() => this.unary()) }
    if (this.take('-')) {
      const of = this.deeper(() => this.unary())
      return of.kind === 'value' && typeof of.value === 'number'
        ? { kind: 'value', value: -of.value }
        : { kind: 'minus', of }
    }
    let expression = this.atom()
    while (this.take('.')) expression = this.method(expression)
    return expression
  }
  private method(of: Expression): Expression {
    const { text } = this.next
    this.at++
    this.expect('(')
    if (Object.hasOwn(MISSING, text)) {
      this.expect(')')
      return { kind: 'missing', of, is: MISSING[text as keyof typeof MISSING] }
    }
    if (text !== 'isin') throw new NoCondition(`the method ${JSON.stringify(text)} is not understood`)
    const list = this.atom()
    this.expect(')')
    return compare('in', of, list)
  }
  private atom(): Expression {
    const token = this.next
    this.at++
    if (token.kind === 'number') return { kind: 'value', value: Number(token.text) }
    if (token.kind === 'text') return { kind: 'value', value: token.text }
    if (token.kind === 'name') return nameOf(token.text)
    if (token.text === '(') {
      const inner = this.or()
      // `(1, 2)` is a tuple.
      if (this.is(',')) return this.list([inner], ')')
      this.expect(')')
      return inner
    }
    if (token.text === '[') return this.list([], ']')
    throw new NoCondition(
      token.kind === 'end' ? 'it ends too soon' : `${JSON.stringify(token.text)} is not expected there`,
    )
  }
  private list(first: readonly Expression[], end: string): Expression {
    const items = [...first]
    if (first.length > 0) this.expect(',')
    while (!this.take(end)) {
      items.push(this.unary())
      if (!this.is(end)) this.expect(',')
    }
    return {
      kind: 'list',
      values: items.map((item) => {
        if (item.kind !== 'value') throw new NoCondition('a list may hold values alone')
        return item.value
      }),
    }
  }
}

function nameOf(text: string): Expression {
  if (text.startsWith('`')) return { kind: 'column', name: text.slice(1) }
  if (text === 'True' || text === 'False') return { kind: 'value', value: text === 'True' }
  if (['None', 'and', 'or', 'not', 'in', 'is', 'if', 'else', 'lambda', 'index'].includes(text)) {
    throw new NoCondition(`${JSON.stringify(text)} is not understood there`)
  }
  return { kind: 'column', name: text }
}

function compare(operator: string, left: Expression, right: Expression): Expression {
  const wantsList = operator === 'in' || operator === 'not in'
  if (wantsList && right.kind !== 'list') throw new NoCondition('`in` needs a list of values')
  // `a == [1, 2]` is `a in [1, 2]` there.
  if (right.kind === 'list' && !wantsList) {
    if (operator !== '==' && operator !== '!=') throw new NoCondition('a list has no order')
    return compare(operator === '==' ? 'in' : 'not in', left, right)
  }
  if (left.kind === 'list' || isCondition(left) || isCondition(right)) {
    throw new NoCondition('only columns and values can be compared')
  }
  return { kind: 'compare', operator, sides: [left, right] }
}
