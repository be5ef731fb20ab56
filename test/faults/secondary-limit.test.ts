import { failsAtEveryCall } from './chain.js'

failsAtEveryCall(
  {
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait.',
    headers: { 'retry-after': '3600' },
  },
  'before',
)
