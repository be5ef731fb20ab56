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

  describe('symbolic links', () => {
    let outside: string
    beforeEach(async () => {
      outside = await mkdtemp(join(tmpdir(), 'plumbline-outside-'))
      await createFiles(outside).write('far.csv', 'far')
      const files = createFiles(root)
      for (const path of ['data/a.csv', '.dvc/cache/files/md5/0a/1b', '.git/annex/objects/x', 'other/deep/z.csv'])
        await files.write(path, path)
      const links = {
        'data/b.csv': '../.dvc/cache/files/md5/0a/1b',
        'data/c.csv': '../.git/annex/objects/x',
        'data/d.csv': 'b.csv',
        'data/folder': '../other',
        'data/notes.txt': 'nowhere.txt',
      }
      for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path))
    })
    afterEach(() => rm(outside, { recursive: true, force: true }))

    test('to files of the workspace are files, below a glob, a folder and by name', async () => {
      const files = createFiles(root)
      const all = ['data/a.csv', 'data/b.csv', 'data/c.csv', 'data/d.csv']
      expect(await files.list(['data/*.csv'], 'refuse')).toEqual(all)
      expect(await files.list(['**/*.csv'], 'refuse')).toEqual([...all, 'other/deep/z.csv'])
      expect(await files.list(['data'])).toEqual(all)
      expect(await files.list(['data/b.csv', 'data/d.csv'], 'refuse')).toEqual(['data/b.csv', 'data/d.csv'])
    })

    test('to folders are followed where they are named, and not below a pattern', async () => {
      const files = createFiles(root)
      expect(await files.list(['data/folder'], 'refuse')).toEqual(['data/folder/deep/z.csv'])
      expect(await files.list(['data/folder/**/*.csv'], 'refuse')).toEqual(['data/folder/deep/z.csv'])
      expect(await files.list(['data/**/z.csv'], 'refuse')).toEqual([])
    })

    test('that lead nowhere, in a circle or out are told by name, all at once, and left out where nobody asks', async () => {
      const files = createFiles(root)
      await symlink(join(outside, 'far.csv'), join(root, 'data/out.csv'))
      await symlink('loop.csv', join(root, 'data/loop.csv'))
      await symlink('nowhere.csv', join(root, 'data/lost.csv'))
      await symlink('/dev/null', join(root, 'data/null.csv'))
      const told = await files.list(['data/*.csv', 'data/lost.csv'], 'refuse').catch((error) => error.problems)
      expect(told).toEqual([
        { message: 'data/loop.csv is a symbolic link that leads back to itself', cure: 'remove the link' },
        {
          message: 'data/lost.csv is a symbolic link to something that is not there',
          cure: 'fetch the file (`dvc pull`, `git annex get`), or remove the link',
        },
        { message: 'data/null.csv is a symbolic link to what is no file', cure: 'remove the link' },
        {
          message: 'data/out.csv is a symbolic link that leads out of the working directory, where no pattern goes',
          cure: 'name the link as a path of its own, or put the file in its place (DVC: `dvc config cache.type copy`)',
        },
      ])
      expect(await files.list(['data/*.csv'])).toEqual(['data/a.csv', 'data/b.csv', 'data/c.csv', 'data/d.csv'])
      // A path of its own is a person's word.
      expect(await files.list(['data/out.csv'], 'refuse')).toEqual(['data/out.csv'])
      await expect(files.list(['data/lost.csv'], 'refuse')).rejects.toThrow(UserError)
      expect(await files.list(['data/lost.csv', 'data/loop.csv'])).toEqual([])
      // What is wrong beside the files that are asked for is nobody's business.
      expect(await files.list(['data/a*.csv', 'other'], 'refuse')).toEqual(['data/a.csv', 'other/deep/z.csv'])
    })

    test('of a workspace that is reached by a link itself lead into it', async () => {
      await symlink(root, join(outside, 'workspace'))
      const files = createFiles(join(outside, 'workspace'))
      expect(await files.list(['data/b*.csv'], 'refuse')).toEqual(['data/b.csv'])
    })
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
