import { main } from './index.js'

await main('package-model')
