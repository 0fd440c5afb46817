import { readFileSync } from 'node:fs';

/** A test of the end-to-end suite that cannot pass on an emulator; docs/emulators.md lists the same. */
export interface Difference {
  /** In `test/e2e/`. */
  file: string;
  /** Its title, `*` for whatever changes in it. */
  test: string;
  /** What the emulator does otherwise than AWS. */
  why: string;
}

/** What a run of the suite told of one test. */
export interface TestOutcome {
  file: string;
  test: string;
  passed: boolean;
}

export interface Verdict {
  passed: number;
  /** Failed as the list says. */
  known: (Difference & { title: string })[];
  /** Failed, and nothing says why. */
  unknown: TestOutcome[];
  /** On the list, but passed: the emulator may have learned it. */
  passedAllTheSame: Difference[];
}

export function differencesOf(emulator: string): Difference[] {
  const all: Record<string, Difference[] | undefined> = JSON.parse(
    readFileSync(`${import.meta.dirname}/differences.json`, 'utf8'),
  );
  return all[emulator] ?? [];
}

export function judge(outcomes: TestOutcome[], differences: Difference[]): Verdict {
  const failed = outcomes.filter(({ passed }) => !passed);
  const explained = failed.map((outcome) => ({ outcome, difference: differences.find((one) => isOf(outcome, one)) }));
  return {
    passed: outcomes.length - failed.length,
    known: explained.flatMap(({ outcome, difference }) => (difference ? [{ ...difference, title: outcome.test }] : [])),
    unknown: explained.flatMap(({ outcome, difference }) => (difference ? [] : [outcome])),
    passedAllTheSame: differences.filter((difference) => {
      const ran = outcomes.filter((outcome) => isOf(outcome, difference));
      return ran.length > 0 && ran.every(({ passed }) => passed);
    }),
  };
}

function isOf(outcome: TestOutcome, difference: Difference): boolean {
  const parts = difference.test.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return outcome.file === difference.file && new RegExp(`^${parts.join('.*')}$`).test(outcome.test);
}
