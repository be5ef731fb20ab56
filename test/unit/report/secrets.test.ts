import fc from 'fast-check'
import { maskSecrets } from '../../../shared/report/secrets.js'

// Made up here, in the shape of real ones; joined so that no scanner takes this file for a leak.
const token = (prefix: string, length: number) => prefix + 'aB3dE5fG7h'.repeat(20).slice(0, length)

describe('maskSecrets', () => {
  it.each([
    ['GitHub token', token('ghp_', 36), 'ghp_***'],
    ['GitHub app token', token('ghs_', 36), 'ghs_***'],
    ['fine-grained token', token('github_pat_', 60), 'github_pat_***'],
    ['Slack token', `xoxb-${token('', 30)}`, 'xoxb-***'],
    ['AWS key id', `AKIA${'ABCD1234EFGH5678'}`, 'AKIA***'],
    ['Hugging Face token', token('hf_', 34), 'hf_***'],
    ['JSON Web Token', `${token('eyJ', 20)}.${token('eyJ', 30)}.${token('', 40)}`, '***'],
    ['password in a URL', 'git clone https://joe:hunter2@example.org/x', 'git clone https://joe:***@example.org/x'],
    ['token in a URL', `https://${token('', 20)}@example.org`, 'https://***@example.org'],
    ['signed URL', 'https://x.example/a?sv=1&sig=abc%2Fdef&se=2', 'https://x.example/a?sv=1&sig=***&se=2'],
    ['header', `Authorization: Bearer ${token('', 30)}`, 'Authorization: Bearer ***'],
    ['assignment', 'DB_PASSWORD=hunter2 next', 'DB_PASSWORD=*** next'],
    ['JSON', '{"api_key": "abc def", "n": 1}', '{"api_key": "***", "n": 1}'],
    ['YAML', "client_secret: 'abc'", "client_secret: '***'"],
    ['option', '--token abcdef --rows 5', '--token *** --rows 5'],
    ['number as password', 'password=12345678', 'password=***'],
    ['connection string', 'AccountName=a;AccountKey=abc+/=;Suffix=b', 'AccountName=a;AccountKey=***;Suffix=b'],
  ])('masks a %s', (_, text, expected) => expect(maskSecrets(text)).toBe(expected))

  it.each([
    ['a count', 'max_tokens: 4096, token: 512'],
    ['a flag', 'password: true'],
    ['a reference', `token: \${{ secrets.GITHUB_TOKEN }}`],
    ['a sentence', 'the token of the run was refused; no password is needed'],
    ['a digest', `sha256:${'3f'.repeat(32)}`],
    ['an address', 'https://example.org:8080/a?b=c'],
    ['a metric', 'auc=0.874 basic: linear'],
  ])('leaves %s alone', (_, text) => expect(maskSecrets(text)).toBe(text))

  it('masks a private key, whole or cut by the log', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQ=='
    const whole = `a\n-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\nb`
    expect(maskSecrets(whole)).toBe('a\n-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nb')
    expect(maskSecrets(`-----BEGIN PRIVATE KEY-----\n${body}`)).toBe('-----BEGIN PRIVATE KEY-----***')
    expect(maskSecrets(`x${whole}${whole}`)).not.toContain('MIIE')
  })

  it('finds a token wherever it stands, and does nothing the second time', () => {
    const secret = token('ghp_', 36)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (before, after) => {
        const masked = maskSecrets(`${before} ${secret} ${after}`)
        expect(masked).not.toContain(secret)
        expect(maskSecrets(masked)).toBe(masked)
      }),
    )
  })
})
