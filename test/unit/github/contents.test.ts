import { readContent } from '../../../shared/github/contents.js'
import { addCommit, type LocalGitHub, startGitHub } from '../../support/github/index.js'
import { githubOf } from '../../support/github-client.js'

const ABOUT = { undone: 'the file is not read', needs: 'contents: read' }

let local: LocalGitHub
beforeEach(async () => {
  local = await startGitHub()
})
afterEach(async () => {
  await local.close()
  expect(local.violations).toEqual([])
})

const read = async (path: string, ref: string) => readContent(await githubOf(local.env()), path, ref, ABOUT)

test('a file as it was at a commit, in whatever folder, with whatever letters', async () => {
  const repository = local.state.repository()
  const { sha } = addCommit(repository, { message: 'One', files: { 'data/Größe & more/contract.yml': 'größe: 1\n' } })
  addCommit(repository, { message: 'Two', files: { 'data/Größe & more/contract.yml': 'größe: 2\n' } })
  expect(await read('data/Größe & more/contract.yml', sha)).toBe('größe: 1\n')
  expect(await read('data/Größe & more/contract.yml', 'main')).toBe('größe: 2\n')
})

test('what is not there, or is a folder, is null', async () => {
  expect(await read('gone.yml', 'main')).toBeNull()
  addCommit(local.state.repository(), { message: 'One', files: { 'data/a.yml': 'a' } })
  expect(await read('data', 'main')).toBeNull()
})

test('a connection that breaks is no missing file', async () => {
  local.fault({ on: /contents/ }, 'cut')
  await expect(read('README.md', 'main')).rejects.toMatchObject({ status: null })
})
