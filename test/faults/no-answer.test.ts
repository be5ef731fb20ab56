import { failsAtEveryCall } from './chain.js'

// A file may take a minute and more: its time limits are tested with the registry, where they can be shortened.
failsAtEveryCall('hang', 'before', /asset|storage|blob/)
