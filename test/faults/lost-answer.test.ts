import { failsAtEveryCall } from './chain.js'

failsAtEveryCall({ status: 502 }, 'after')
