import type { CommandContext } from '../../../cli/main.js'
import { serve } from '../../../cli/serve.js'
import { fakeContext } from '../../support/context.js'

test('a folder that is not there is not taken for a tag', async () => {
  const { ctx, root, cleanup } = await fakeContext()
  const asked = (wanted: string) => serve({} as CommandContext, ctx, wanted, { port: '0', host: '127.0.0.1' })
  await expect(asked('./gone')).rejects.toThrow(`there is no folder ${ctx.files.root}/gone`)
  await expect(asked(`${root}/gone`)).rejects.toThrow('there is no folder ')
  await expect(asked('9.9.9')).rejects.toThrow('is not published')
  await cleanup()
})
