import { randomInt } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';

/** What GetRandomPassword and GenerateSecretString let one choose. */
export interface PasswordOptions {
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  RequireEachIncludedType?: boolean;
}

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;
const LONGEST = 4096;

/** A random password as Secrets Manager makes them: one character of each included type at least, in random order. */
export function generatePassword(options: PasswordOptions = {}): string {
  const length = Number(options.PasswordLength ?? DEFAULT_LENGTH);
  const types = includedTypes(options);
  const required = isOn(options.RequireEachIncludedType, true) ? types : [];
  if (types.length === 0) throw invalid('The password has no characters left to choose from.');
  if (length < Math.max(1, required.length) || length > LONGEST) {
    throw invalid(`PasswordLength ${length} is outside of what the included character types need and ${LONGEST}.`);
  }
  const all = types.join('');
  const chosen = required.map(pick);
  while (chosen.length < length) chosen.push(pick(all));
  return shuffle(chosen).join('');
}

function includedTypes(options: PasswordOptions): string[] {
  const types = [
    isOn(options.ExcludeLowercase, false) ? '' : LOWERCASE,
    isOn(options.ExcludeUppercase, false) ? '' : LOWERCASE.toUpperCase(),
    isOn(options.ExcludeNumbers, false) ? '' : NUMBERS,
    isOn(options.ExcludePunctuation, false) ? '' : PUNCTUATION,
    isOn(options.IncludeSpace, false) ? ' ' : '',
  ];
  const excluded = new Set(options.ExcludeCharacters ?? '');
  return types.map((type) => [...type].filter((each) => !excluded.has(each)).join('')).filter((type) => type !== '');
}

/** Templates write booleans as text now and then. */
function isOn(value: boolean | string | undefined, fallback: boolean): boolean {
  return value === undefined ? fallback : String(value) === 'true';
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(characters: string[]): string[] {
  const shuffled = [...characters];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] as string, shuffled[last] as string];
  }
  return shuffled;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
