// Functions that have to wait. Templates run in one go; one that needs an answer which is not there yet is
// stopped, and run again from its start once the answer has come. All it needed before is then at hand.

/** Thrown by a function to stop the template; never part of an error. */
export class Suspension extends Error {}

/** Rounds of waiting for one template. */
const MAX_ROUNDS = 1000;

/**
 * Runs `run` with a function that answers at once, on top of one that may answer later. Equal keys are asked once.
 * What `ask` throws, `run` sees where it asked.
 */
export async function answerLater<T, R>(
  ask: (key: string) => R | Promise<R>,
  run: (ask: (key: string) => R) => T,
): Promise<T> {
  const answers = new Map<string, () => R>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let wanted: string | undefined;
    try {
      return run((key) => {
        const answer = answers.get(key);
        if (answer) return answer();
        wanted = key;
        throw new Suspension();
      });
    } catch (error) {
      if (!(error instanceof Suspension) || wanted === undefined) throw error;
    }
    answers.set(wanted, await settle(ask, wanted));
  }
  throw new Error(`a template asks for more than ${MAX_ROUNDS} answers`);
}

async function settle<R>(ask: (key: string) => R | Promise<R>, key: string): Promise<() => R> {
  try {
    const answer = await ask(key);
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
