import { describe, expect, test } from '@jest/globals';
import { generationOf, generationsOfNow, generationsOfReplay, inGeneration } from '#functions/view/generation.ts';

const building = { generation: 'g2', replay_name: 'rebuild-view-2' };

describe('the generations of the view', () => {
  test('are one, until another is built', () => {
    expect(generationsOfNow({ live: 'g1' })).toEqual(['g1']);
    expect(generationsOfNow({ live: 'g1', building })).toEqual(['g1', 'g2']);
  });

  test('take from a replay only what is for the one that is being built', () => {
    expect(generationsOfReplay({ live: 'g1', building }, 'rebuild-view-2')).toEqual(['g2']);
    expect(generationsOfReplay({ live: 'g1', building }, 'rebuild-view-1')).toEqual([]);
    expect(generationsOfReplay({ live: 'g1', building }, undefined)).toEqual([]);
    expect(generationsOfReplay({ live: 'g1' }, 'rebuild-view-2')).toEqual([]);
    expect(generationsOfReplay({ live: 'g1' }, undefined)).toEqual([]);
  });

  test('are told by the keys of their rows', () => {
    expect(generationOf(inGeneration('g2', 'ORDER#1|2'))).toEqual({ generation: 'g2', key: 'ORDER#1|2' });
    expect(generationOf('GENERATIONS')).toBeUndefined();
  });
});
