import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../../shared/core/errors.js'
import { createFiles, fileError } from '../../../shared/core/files.js'

describe('files of the workspace', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'plumbline-files-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  test.each(['../secret', '/etc/passwd', 'a/../../b'])('a path that leaves the workspace is refused: %s', (path) => {
    expect(() => createFiles(root).resolve(path)).toThrow(UserError)
  })

  test('a write makes the folders, replaces the file whole and leaves no temporary file', async () => {
    const files = createFiles(root)
    await files.write('a/b.txt', 'one')
    await files.write('a/b.txt', 'two')
    expect(await files.readText('a/b.txt')).toBe('two')
    expect(await readdir(join(root, 'a'))).toEqual(['b.txt'])
  })

  test('paths, folders and globs are listed once, sorted, with forward slashes', async () => {
    const files = createFiles(root)
    for (const path of ['m/x.bin', 'm/sub/y.bin', 'm/[odd] name.bin', 'data/a.csv', 'data/b.csv', 'data/c.txt'])
      await files.write(path, path)
    expect(await files.list(['m', 'data/*.csv', 'data/a.csv'])).toEqual([
      'data/a.csv',
      'data/b.csv',
      'm/[odd] name.bin',
      'm/sub/y.bin',
      'm/x.bin',
    ])
    expect(await files.list(['nothing/*'])).toEqual([])
  })

  test('a link out of the workspace is not followed by a glob', async () => {
    const files = createFiles(root)
    await files.write('m/x.bin', 'x')
    await symlink('/etc', join(root, 'm', 'out'))
    expect(await files.list(['m/**'])).toEqual(['m/x.bin'])
  })

  test('the digest is that of sha256sum', async () => {
    const files = createFiles(root)
    await files.write('abc', 'abc')
    // FIPS 180-2, appendix B.1
    expect(await files.digest('abc')).toEqual({
      bytes: 3,
      digest: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    })
  })

  test.each([
    ['ENOENT', 'is not there'],
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'read-only disk'],
    ['EACCES', 'may not be accessed'],
  ])('%s becomes a message with a cure', (code, words) => {
    const error = fileError(Object.assign(new Error('x'), { code }), 'some/file')
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).problems[0]?.message).toContain(words)
    expect((error as UserError).problems[0]?.cure).toBeTruthy()
  })
})
