import type { Hono } from 'hono'
import type { Server } from './server.js'
import type { Env } from './traffic.js'

export function mountGraphql(app: Hono<Env>, server: Server): void {
  app.post(new URL(server.at.graphql).pathname, (context) => {
    const value = (context.req.header('authorization') ?? '').split(' ')[1] ?? ''
    return context.json({ data: { viewer: { login: server.tokens.get(value)?.actor } } })
  })
}
