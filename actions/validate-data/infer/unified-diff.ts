interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/**
 * The difference of two texts as a unified diff with three lines of context, as `diff -u` and `git apply` read it; empty for
 * equal texts.
 */
export function unifiedDiff(before: string, after: string, path: string): string {
  if (before === after) return ''
  const lines = compare(linesOf(before), linesOf(after))
  const parts = hunks(lines)
  return `--- a/${path}\n+++ b/${path}\n${parts.join('')}`
}

/** Lines with their line ends: the last one may have none. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** Shortest edit script: E. W. Myers, An O(ND) difference algorithm and its variations, Algorithmica 1 (1986). */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const same = (text: string): Line => ({ sign: ' ', text })
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ]
}

function middle(a: readonly string[], b: readonly string[]): Line[] {
  const trace: Map<number, number>[] = []
  let reached = new Map([[1, 0]])
  const at = (k: number) => reached.get(k) ?? -1
  for (let d = 0; ; d++) {
    trace.push(new Map(reached))
    const next = new Map(reached)
    reached = next
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      reached.set(k, x)
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace)
    }
  }
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): Line[] {
  const lines: Line[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d >= 0; d--) {
    const reached = trace[d] as Map<number, number>
    const at = (k: number) => reached.get(k) ?? -1
    const k = x - y
    const from = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1
    const [startX, startY] = d === 0 ? [0, 0] : [at(from), at(from) - from]
    while (x > startX && y > startY) {
      x -= 1
      y -= 1
      lines.push({ sign: ' ', text: a[x] as string })
    }
    if (d === 0) break
    if (x > startX) lines.push({ sign: '-', text: a[startX] as string })
    else if (y > startY) lines.push({ sign: '+', text: b[startY] as string })
    x = startX
    y = startY
  }
  return lines.reverse()
}

const CONTEXT = 3

function hunks(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ sign }, i) => (sign === ' ' ? [] : [i]))
  const ranges: [number, number][] = []
  for (const i of changed) {
    const last = ranges.at(-1)
    if (last !== undefined && i - CONTEXT <= last[1]) last[1] = Math.min(lines.length, i + CONTEXT + 1)
    else ranges.push([Math.max(0, i - CONTEXT), Math.min(lines.length, i + CONTEXT + 1)])
  }
  const count = (sign: string, from: number, to: number) =>
    lines.slice(from, to).filter((line) => line.sign === ' ' || line.sign === sign).length
  const place = (sign: string, from: number, to: number) => {
    const size = count(sign, from, to)
    // An empty range is named by the line before it.
    return `${count(sign, 0, from) + (size === 0 ? 0 : 1)}${size === 1 ? '' : `,${size}`}`
  }
  return ranges.map(([from, to]) => {
    const body = lines
      .slice(from, to)
      .map(({ sign, text }) =>
        text.endsWith('\n') ? `${sign}${text}` : `${sign}${text}\n\\ No newline at end of file\n`,
      )
    return `@@ -${place('-', from, to)} +${place('+', from, to)} @@\n${body.join('')}`
  })
}
