import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A step that begins, as `job.mjs` tells it. */
export interface StepStart {
  readonly workflow: string
  readonly job: string
  readonly step: string
}

/** What a step gets that act cannot give it: real values in place of given ones, and more variables. */
export interface StepGift {
  readonly given: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** Asked by every step when it begins, before it does anything. */
export async function startControl(begin: (step: StepStart) => StepGift): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    try {
      response.end(JSON.stringify(begin(JSON.parse(Buffer.concat(chunks).toString()))))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
