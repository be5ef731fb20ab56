import * as z from 'zod'
import type { DataContract } from '../../../shared/contracts/data-contract.js'
import type { Context } from '../../../shared/core/context.js'
import { describeProblems, UserError } from '../../../shared/core/errors.js'
import { pathOf } from '../../../shared/github/annotations.js'
import { readContent } from '../../../shared/github/contents.js'
import { readEvent } from '../../../shared/github/event.js'
import { type LoadedContract, readOptions } from '../contract.js'

/** An earlier version of the contract, and where it was found. */
export interface ContractBefore {
  readonly contract: DataContract
  readonly source: string
}

const Payload = z.object({ pull_request: z.object({ base: z.object({ sha: z.string() }) }) })

/**
 * The contract that this one follows: the file that `data.contract-before` names, or on a pull request that of its base.
 * Null where there is none or it cannot be read; the latter is noted. Throws UserError for a named file that is not there.
 */
export async function findContractBefore(ctx: Context, loaded: LoadedContract): Promise<ContractBefore | null> {
  const { files, config } = ctx
  const named = config.data['contract-before']
  if (loaded.ref === null || loaded.contract['breaking-changes'] === 'allow') return null
  if (named === undefined) return ofBase(ctx, loaded)
  if (await files.exists(named)) return parsed(ctx, await files.readText(named), named, named)
  throw new UserError(`${named} is not there`, {
    where: 'data.contract-before',
    cure: 'check the path, or leave it out',
  })
}

async function ofBase(ctx: Context, { path }: LoadedContract): Promise<ContractBefore | null> {
  const sha = Payload.safeParse(await readEvent(ctx.env)).data?.pull_request.base.sha
  if (sha === undefined) return null
  const github = await ctx.github()
  if (github === null) return null
  const about = { undone: 'the contract is not compared with that of the base', needs: 'contents: read' }
  try {
    const text = await readContent(github, pathOf(ctx, path), sha, about)
    return text === null ? null : await parsed(ctx, text, path, `${path} at ${sha.slice(0, 7)}`)
  } catch (error) {
    // What cannot be asked changes no verdict on the data.
    if (!(error instanceof UserError)) throw error
    ctx.log.notice(describeProblems(error.problems))
    return null
  }
}

async function parsed(
  { config, log }: Context,
  text: string,
  path: string,
  source: string,
): Promise<ContractBefore | null> {
  const { readContract } = await import('../formats/read-contract.js')
  try {
    return { contract: readContract(text, path, readOptions(config.data)).contract, source }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log.notice(`${source} is no contract that this version reads, so its changes are not told: ${error.message}`)
    return null
  }
}
