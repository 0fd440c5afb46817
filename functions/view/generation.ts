/**
 * The view stands in its table once per generation. One is `live`: it is read, and live events are kept in it. While a
 * rebuild is under way they are kept in the one that is being built too, and so is what the replay of that rebuild
 * brings back.
 */
export interface Generations {
  live: string;
  building?: Building;
}

export interface Building {
  generation: string;
  replay_name: string;
}

/** Before the first rebuild. */
export const FIRST_GENERATION = 'g1';

/** The row that says which generation is which. */
export const GENERATIONS_KEY = { pk: 'GENERATIONS', sk: 'GENERATIONS' };

/** Where to keep an event that happens now. */
export function generationsOfNow({ live, building }: Generations): string[] {
  return building ? [live, building.generation] : [live];
}

/** Where to keep an event that this replay brings back: nowhere, if it is of a rebuild that was given up. */
export function generationsOfReplay({ building }: Generations, replayName: string | undefined): string[] {
  return building && building.replay_name === replayName ? [building.generation] : [];
}

/** `g1|ORDER#1`: keys of a generation begin with its name. */
export function inGeneration(generation: string, key: string): string {
  return `${generation}|${key}`;
}

/** The generation of a row, and its key without it. `undefined` for the row that tells of the generations. */
export function generationOf(pk: string): { generation: string; key: string } | undefined {
  const end = pk.indexOf('|');
  return end < 0 ? undefined : { generation: pk.slice(0, end), key: pk.slice(end + 1) };
}
