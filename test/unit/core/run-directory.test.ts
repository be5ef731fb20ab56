import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFiles } from '../../../shared/core/files.js'
import { openRunDirectory } from '../../../shared/core/run-directory.js'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plumbline-run-directory-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('the folder is there afterwards, with nothing of the try in it', async () => {
  await openRunDirectory({ files: createFiles(root), runDirectory: 'a/b' })
  expect(await readdir(join(root, 'a/b'))).toEqual([])
})

test.each([
  ['taken', 'taken goes through a file'],
  ['taken/below', 'taken/below goes through a file'],
  ['../beside', '../beside lies outside the working directory'],
])('one that cannot be written is a mistake with its cure: %s', async (runDirectory, message) => {
  await writeFile(join(root, 'taken'), '')
  const opened = openRunDirectory({ files: createFiles(root), runDirectory })
  await expect(opened).rejects.toMatchObject({ name: 'UserError', problems: [{ message, cure: expect.any(String) }] })
})
