import { UserError } from '../../../shared/core/errors.js'
import type { Predictor } from '../../../shared/predict/predictor.js'
import { createWorker } from '../../../shared/serve/worker.js'

test('a model that ended between two requests is started again, and neither request fails', async () => {
  const warnings: string[] = []
  const opened: { failure: UserError | null; closed: boolean }[] = []
  const open = async (): Promise<Predictor> => {
    const own: (typeof opened)[number] = { failure: null, closed: false }
    opened.push(own)
    return {
      predict: async (rows) => {
        if (own.failure !== null) throw own.failure
        return rows.map(() => ({ label: null, score: null, probabilities: null, value: opened.length }))
      },
      failure: () => own.failure,
      close: async () => {
        own.closed = true
      },
    }
  }
  const worker = createWorker(open, { warning: (message) => void warnings.push(message) })
  expect(await worker.predict([{}])).toMatchObject([{ value: 1 }])
  Object.assign(opened[0] as object, { failure: new UserError('it ended by itself') })
  expect(await worker.predict([{}])).toMatchObject([{ value: 2 }])
  expect(opened.map(({ closed }) => closed)).toEqual([true, false])
  expect(warnings).toEqual(['The model is started again: it ended by itself'])
  expect(worker.ready()).toBe(true)
  await worker.close()
})
