import { runInNewContext } from 'node:vm'
import { script } from '../../../shared/report/html-script.js'
import { SmallElement } from '../../support/small-dom.js'

const element = (name: string, ...children: (SmallElement | string)[]) => new SmallElement(name, children)

/** A page with one table, after its script has run. */
function page(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  {
    choose = [],
    find = [],
    orders = {},
  }: { choose?: number[]; find?: number[]; orders?: Record<number, string[]> } = {},
) {
  const headCells = heads.map((text, i) => {
    const head = element('TH', text)
    if (orders[i] !== undefined) head.dataset.order = JSON.stringify(orders[i])
    return head
  })
  const body = element('TBODY', ...rows.map((cells) => element('TR', ...cells.map((text) => element('TD', text)))))
  const table = element('TABLE', element('THEAD', element('TR', ...headCells)), body)
  table.dataset.tools = JSON.stringify({ choose, find })
  const folded = element('DETAILS', 'numbers')
  const open = element('DETAILS')
  open.open = true
  const root = element('MAIN', element('DIV', table), element('FIGURE', folded), open)
  const listeners = new Map<string, () => void>()
  runInNewContext(script, {
    document: {
      querySelectorAll: (selector: string) =>
        selector === 'table[data-tools]' ? [table] : root.all('DETAILS').filter((one) => !one.open),
      createElement: (name: string) => element(name.toUpperCase()),
    },
    Option: function Option(text: string, value: string) {
      const option = element('OPTION', text)
      option.value = value
      return option
    },
    addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
  })
  const press = (i: number) => (headCells[i] as SmallElement).all('BUTTON')[0]?.fire('click')
  return {
    root,
    folded,
    open,
    listeners,
    heads: headCells,
    /** Texts of a column, of the rows that are shown. */
    shown: (i: number) => body.rows.filter(({ hidden }) => !hidden).map((row) => row.cells[i]?.textContent),
    press,
    status: () => root.all('P')[0]?.textContent,
  }
}

test.each<[string, string[], string[]]>([
  [
    'numbers as they are written for people',
    ['1,204', '−3', '0.5', '12 %', '∞', '1e−6'],
    ['−3', '1e−6', '0.5', '12 %', '1,204', '∞'],
  ],
  ['texts by letters, whatever their case', ['b', 'A', 'a', 'C'], ['A', 'a', 'b', 'C']],
  ['numbers before texts', ['x', '2', '–', '1'], ['1', '2', 'x', '–']],
  ['prototypes and mark-up are texts', ['__proto__', '<b>', 'constructor'], ['<b>', '__proto__', 'constructor']],
])('sorts %s, and the other way round at the second press', (_, texts, sorted) => {
  const { press, shown, heads } = page(
    ['n'],
    texts.map((text) => [text]),
  )
  press(0)
  expect(shown(0)).toEqual(sorted)
  expect(heads[0]?.getAttribute('aria-sort')).toBe('ascending')
  press(0)
  expect(heads[0]?.getAttribute('aria-sort')).toBe('descending')
  expect(shown(0)[0]).toBe(sorted.at(-1))
})

test('sorts verdicts by their rank, equal ones stay in their order, and one heading at a time says so', () => {
  const rows = [
    ['pass', 'first'],
    ['fail', 'second'],
    ['warn', 'third'],
    ['fail', 'fourth'],
  ]
  const { press, shown, heads } = page(['verdict', 'what'], rows, { orders: { 0: ['fail', 'warn', 'pass'] } })
  press(0)
  expect(shown(1)).toEqual(['second', 'fourth', 'third', 'first'])
  press(1)
  expect(heads.map((head) => head.getAttribute('aria-sort'))).toEqual([null, 'ascending'])
})

test('filters by what is chosen and what is written, and says how many rows are shown', () => {
  const rows = [
    ['fail', 'Age'],
    ['warn', 'city'],
    ['fail', 'city'],
  ]
  const { root, shown, status } = page(['verdict', 'column'], rows, {
    choose: [0],
    find: [1],
    orders: { 0: ['fail', 'warn', 'pass'] },
  })
  expect(status()).toBe('3 of 3 rows shown')
  const [select] = root.all('SELECT') as [SmallElement]
  const [input] = root.all('INPUT') as [SmallElement]
  expect(select.all('OPTION').map(({ textContent }) => textContent)).toEqual(['all', 'fail', 'warn'])
  expect(root.all('LABEL').map(({ textContent }) => textContent)).toEqual(['verdict allfailwarn', 'column contains '])
  select.value = 'fail'
  select.fire('change')
  expect(shown(1)).toEqual(['Age', 'city'])
  input.value = ' AGE '
  input.fire('input')
  expect(shown(1)).toEqual(['Age'])
  expect(status()).toBe('1 of 3 rows shown')
})

test('opens what is folded to print it, the numbers of pictures too, and folds it again', () => {
  const { listeners, folded, open } = page(['n'], [['1']])
  listeners.get('beforeprint')?.()
  expect([folded.open, open.open]).toEqual([true, true])
  listeners.get('afterprint')?.()
  expect([folded.open, open.open]).toEqual([false, true])
})
