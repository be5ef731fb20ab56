import { failsAtEveryCall } from './chain.js'

failsAtEveryCall({ status: 500 }, 'before')
