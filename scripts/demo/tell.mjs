/** Prints a step: its number and title, what happened, where to look. */
export async function tellStep(number, title, body) {
  const started = Date.now()
  console.log(`\n${number}  ${title}`)
  const { result, facts, lines, links } = await body()
  for (const line of lines) console.log(`   ${line}`)
  for (const link of links) console.log(`   look: ${link}`)
  console.log(
    `   plumbline ended with ${result.exitCode}: ${result.verdict}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )
  return { verdict: result.verdict, exitCode: result.exitCode, summary: result.summary, facts }
}
