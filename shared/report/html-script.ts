import { createHash } from 'node:crypto'

/**
 * Makes the tables that ask for it sortable by their headings and filtered by what is chosen or written above them. It
 * loads, sends and keeps nothing, and builds what it needs as elements, never from text. Without it the page is complete.
 * Numbers are read as format.ts writes them.
 */
export const script = `'use strict'
for (const table of document.querySelectorAll('table[data-tools]')) {
  const body = table.tBodies[0]
  const heads = [...table.tHead.rows[0].cells]
  const rows = [...body.rows]
  const tools = JSON.parse(table.dataset.tools)
  const said = (row, i) => row.cells[i].textContent.trim()
  const numberOf = (text) => {
    const plain = text.replace(/,/g, '').replace(/\\u2212/g, '-').replace(/ %$/, '')
    return /^-?[0-9.]+(e-?[0-9]+)?$/.test(plain) ? Number(plain) : NaN
  }
  const keyOf = (row, i, order) => {
    const given = row.cells[i].dataset.value
    if (given !== undefined) return Number(given)
    const text = said(row, i)
    if (order) return order.indexOf(text)
    const number = numberOf(text)
    return Number.isNaN(number) ? text.toLowerCase() : number
  }
  const compare = (a, b) => {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
    return typeof a === 'number' ? -1 : 1
  }
  heads.forEach((head, i) => {
    if (head.tagName !== 'TH') return
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const order = head.dataset.order && JSON.parse(head.dataset.order)
      const keyed = rows.map((row, at) => [keyOf(row, i, order), at, row])
      keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1])
      body.append(...keyed.map((one) => one[2]))
    })
  })
  const form = document.createElement('form')
  form.className = 'tools'
  form.addEventListener('submit', (event) => event.preventDefault())
  const status = document.createElement('p')
  status.setAttribute('role', 'status')
  const tests = []
  const label = (words, control) => {
    const element = document.createElement('label')
    element.append(words + ' ', control)
    form.append(element)
  }
  for (const i of tools.choose) {
    const select = document.createElement('select')
    select.append(new Option('all', ''))
    const order = heads[i].dataset.order ? JSON.parse(heads[i].dataset.order) : []
    const texts = [...new Set(rows.map((row) => said(row, i)))]
    texts.sort((a, b) => order.indexOf(a) - order.indexOf(b) || compare(a, b))
    for (const text of texts) select.append(new Option(text, text))
    select.addEventListener('change', () => show())
    tests.push((row) => select.value === '' || said(row, i) === select.value)
    label(heads[i].textContent.trim(), select)
  }
  if (tools.find.length > 0) {
    const input = document.createElement('input')
    input.type = 'search'
    input.addEventListener('input', () => show())
    tests.push((row) => tools.find.some((i) => said(row, i).toLowerCase().includes(input.value.trim().toLowerCase())))
    label(tools.find.map((i) => heads[i].textContent.trim()).join(' or ') + ' contains', input)
  }
  const show = () => {
    let shown = 0
    for (const row of rows) {
      row.hidden = !tests.every((test) => test(row))
      if (!row.hidden) shown += 1
    }
    status.textContent = shown + ' of ' + rows.length + ' rows shown'
  }
  if (tests.length > 0) {
    form.append(status)
    table.parentElement.before(form)
    show()
  }
}
let opened = []
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('details:not([open])')]
  for (const one of opened) one.open = true
})
addEventListener('afterprint', () => {
  for (const one of opened) one.open = false
})
`

/** What the policy of the page names: no other script runs, whatever the data say. */
export const scriptPolicy = `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`

export const scriptElement = `<script>${script}</script>`
