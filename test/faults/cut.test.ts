import { failsAtEveryCall } from './chain.js'

failsAtEveryCall('cut', 'before')
