/** The build that the throttling plugin uses too: without the clients for Redis. */
declare module 'bottleneck/light.js' {
  import Bottleneck from 'bottleneck'

  export default Bottleneck
}
