import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../../shared/data/engine/duckdb.js'
import { makeSpillFolder } from '../../../shared/data/engine/spill-folder.js'
import { runTypeScript } from '../../support/run-typescript.js'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'plumbline-spill-test-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const ownerOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { among: string }
/** More than any system gives to a process. */
const NOBODY = 2 ** 30

test('what a process that was killed has left goes when the next one begins', async () => {
  const killed = await runTypeScript('spill-child.ts', [parent])
  expect(killed).toMatchObject({ signal: 'SIGKILL', stderr: '' })
  const [left, ...others] = readdirSync(parent)
  expect(others).toEqual([])
  expect(readdirSync(join(parent, left as string))).toEqual(expect.arrayContaining(['owner.json', 'tables.db']))
  const engine = await openEngine({ temporary: parent })
  try {
    const [own, ...more] = readdirSync(parent)
    expect(more).toEqual([])
    expect(own).not.toBe(left)
  } finally {
    engine.close()
  }
  expect(readdirSync(parent)).toEqual([])
})

test('the folder of a process that lives stays, also this one’s', () => {
  const first = makeSpillFolder(parent)
  writeFileSync(join(first, 'tables.db'), 'rows')
  const second = makeSpillFolder(parent)
  expect(readFileSync(join(first, 'tables.db'), 'utf8')).toBe('rows')
  expect(second).not.toBe(first)
})

test.each<[string, (among: string) => string | null]>([
  ['a process of another machine or container', () => JSON.stringify({ pid: NOBODY, among: 'elsewhere pid:[1]' })],
  ['nobody', () => null],
  ['what is no owner', () => '{'],
  ['a number that is no process', (among) => JSON.stringify({ pid: -1, among })],
  ['a text', (among) => JSON.stringify({ pid: '1; rm', among })],
])('a folder of %s is nobody’s to remove', (_, write) => {
  const { among } = ownerOf(makeSpillFolder(parent))
  const folder = join(parent, 'plumbline-data-other')
  mkdirSync(folder)
  const text = write(among)
  if (text !== null) writeFileSync(join(folder, 'owner.json'), text)
  makeSpillFolder(parent)
  expect(readdirSync(parent)).toContain('plumbline-data-other')
})

test('only folders with our name go, links are not followed, and what is in the way is passed over', () => {
  const { among } = ownerOf(makeSpillFolder(parent))
  const dead = JSON.stringify({ pid: NOBODY, among })
  const elsewhere = mkdtempSync(join(tmpdir(), 'plumbline-spill-test-'))
  try {
    writeFileSync(join(elsewhere, 'owner.json'), dead)
    symlinkSync(elsewhere, join(parent, 'plumbline-data-link'))
    writeFileSync(join(parent, 'plumbline-data-file'), dead)
    for (const name of ['somebody-elses', 'plumbline-data-dead']) {
      mkdirSync(join(parent, name))
      writeFileSync(join(parent, name, 'owner.json'), dead)
    }
    symlinkSync(elsewhere, join(parent, 'plumbline-data-dead', 'link'))
    makeSpillFolder(parent)
    expect(readdirSync(parent)).toEqual(
      expect.arrayContaining(['plumbline-data-link', 'plumbline-data-file', 'somebody-elses']),
    )
    expect(readdirSync(parent)).not.toContain('plumbline-data-dead')
    expect(readdirSync(elsewhere)).toEqual(['owner.json'])
  } finally {
    rmSync(elsewhere, { recursive: true, force: true })
  }
})

test('a folder that is not there is an error of Node', () => {
  expect(() => makeSpillFolder(join(parent, 'nope'))).toThrow(/ENOENT/)
})
