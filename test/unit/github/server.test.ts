import { ENTERPRISE_SERVER_LACKS, lackOf, serverKind } from '../../../shared/github/server.js'

test.each([
  [undefined, 'github.com'],
  ['', 'github.com'],
  ['https://github.com', 'github.com'],
  ['https://GitHub.com/', 'github.com'],
  ['http://github.localhost:8080', 'github.com'],
  ['https://acme.ghe.com', 'ghe.com'],
  ['https://ACME.GHE.COM/', 'ghe.com'],
  ['https://github.acme.example', 'ghes'],
  ['https://notgithub.com', 'ghes'],
  ['https://github.com.evil.example', 'ghes'],
  ['https://ghe.com', 'ghes'],
  ['http://localhost:8080', 'ghes'],
  ['http://127.0.0.1:8080', 'ghes'],
  ['no address', 'ghes'],
] as const)('%j is %s, as @actions/artifact 6 tells it', (address, kind) => {
  expect(serverKind(address)).toBe(kind)
})

test('only GitHub Enterprise Server lacks something, and each lack says what is done instead', () => {
  for (const what of Object.keys(ENTERPRISE_SERVER_LACKS) as (keyof typeof ENTERPRISE_SERVER_LACKS)[]) {
    expect([lackOf('github.com', what), lackOf('ghe.com', what)]).toEqual([null, null])
    expect(lackOf('ghes', what)).toMatch(/^(GitHub|An older GitHub) Enterprise Server .*: .+/)
  }
})
