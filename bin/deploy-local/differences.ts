import { readFileSync } from 'node:fs';

/** A test of the end-to-end suite that cannot pass on an emulator; docs/emulators.md lists the same. */
export interface Difference {
  /** In `test/e2e/`. */
  file: string;
  /** Its title, `*` for whatever changes in it; alone for all tests of the file. */
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
  /** Failed, and nothing says why. */
  failed: TestOutcome[];
  /** On the list; they failed as it says, or were not run. */
  cannot_pass: Difference[];
  /** On the list, but passed: the emulator may have learned it. */
  passed_all_the_same: Difference[];
}

export function differencesOf(emulator: string): Difference[] {
  const all: Record<string, Difference[] | undefined> = JSON.parse(
    readFileSync(`${import.meta.dirname}/differences.json`, 'utf8'),
  );
  return all[emulator] ?? [];
}

export function judge(outcomes: TestOutcome[], differences: Difference[]): Verdict {
  const passing = differences.filter((difference) => {
    const ran = outcomes.filter((outcome) => isOf(outcome, difference));
    return ran.length > 0 && ran.every(({ passed }) => passed);
  });
  return {
    passed: outcomes.filter(({ passed }) => passed).length,
    failed: outcomes.filter((outcome) => !outcome.passed && !differences.some((one) => isOf(outcome, one))),
    cannot_pass: differences.filter((difference) => !passing.includes(difference)),
    passed_all_the_same: passing,
  };
}

/** What tells jest to run only the tests that may pass: most of the others fail by waiting in vain. */
export function argumentsWithout(differences: Difference[]): string[] {
  const [files, tests] = [
    differences.filter(({ test }) => test === '*'),
    differences.filter(({ test }) => test !== '*'),
  ];
  const titles = tests.map(({ test }) => patternOf(test)).join('|');
  return [
    ...files.flatMap(({ file }) => ['--testPathIgnorePatterns', `/${patternOf(file)}$`]),
    ...(tests.length > 0 ? ['--testNamePattern', `^(?!.*(${titles})$)`] : []),
  ];
}

function isOf(outcome: TestOutcome, { file, test }: Difference): boolean {
  return outcome.file === file && new RegExp(`^${patternOf(test)}$`).test(outcome.test);
}

function patternOf(title: string): string {
  const parts = title.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return parts.join('.*');
}
