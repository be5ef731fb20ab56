import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Context } from '../../../shared/core/context.js'
import { UserError } from '../../../shared/core/errors.js'
import { directoryTarget } from './directory.js'
import { serverTarget } from './server.js'
import type { Target } from './target.js'

/** The configured target. Throws UserError when the variable with its token is empty or the path leaves the workspace. */
export function openTarget(ctx: Context): Target {
  const { target, timeout } = ctx.config.deploy
  if (target.type === 'directory') {
    const path = resolve(ctx.files.root, target.path)
    if (!isAbsolute(target.path) && relative(ctx.files.root, path).split(sep)[0] === '..') {
      throw new UserError(`${JSON.stringify(target.path)} leaves the workspace`, {
        where: 'deploy.target.path',
        cure: 'write a path inside it or, for a folder elsewhere on this machine, an absolute one',
      })
    }
    const { exec, log, onnx } = ctx
    return directoryTarget({ path, address: target.path, keep: target.keep, exec, log, onnx, timeoutSeconds: timeout })
  }
  const tokenName = target.token ?? null
  const token = tokenName === null ? null : (ctx.env[tokenName] ?? '')
  if (token === '') {
    throw new UserError(`the environment variable ${tokenName} is empty`, {
      where: 'deploy.target.token',
      cure: `hand the token over in the step: env: { ${tokenName}: … }`,
    })
  }
  return serverTarget({ url: target.url, token, tokenName, timeoutSeconds: timeout })
}
