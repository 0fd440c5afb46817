import { setTimeout as wait } from 'node:timers/promises';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Building } from '#functions/view/generation.ts';
import { parameterName } from '#lib/infra/names.ts';
import { ArchiveReplay, type ReplayIds } from '../events/archive-replay.ts';
import { whereToCall } from '../where-to-call.ts';
import { compareGenerations, type Difference } from './compare.ts';
import { ViewTable } from './view-table.ts';

export interface Rebuild {
  stage: string;
  dryRun: boolean;
  allowLoss: boolean;
  /** How long an event may take from the bus into the archive. */
  archiveLagMs: number;
  /** How long something has to stay as it is to count as settled. */
  settleMs: number;
}

export interface Report {
  stage: string;
  /** Of the rebuilt view. */
  rows: number;
  differences: Difference[];
  outcome: 'switched' | 'dry-run' | 'would-lose';
}

/**
 * Builds a new generation of the view beside the one that is read. From the first step on, live events are kept in
 * both; what happened before is in the archive once its lag is over. So the new one misses nothing. Interrupted, it is
 * simply run again: the generation that was begun is given up for another.
 */
export async function rebuildView(rebuild: Rebuild): Promise<Report> {
  const { table, replay } = await connect(rebuild.stage);
  const id = Date.now().toString(36);
  const building: Building = { generation: `g${id}`, replay_name: `rebuild-view-${id}` };
  const givenUp = await table.begin(building);
  if (givenUp) await replay.cancel(givenUp.replay_name);
  try {
    await wait(rebuild.archiveLagMs);
    const dead = await replay.run(building.replay_name, rebuild.settleMs);
    if (dead > 0) throw new Error(`${dead} events could not be handled: npm run events -- failed --service view`);
    return await compareAndSwitch(table, building, rebuild);
  } catch (error) {
    await table.giveUp(building);
    throw error;
  }
}

async function compareAndSwitch(table: ViewTable, building: Building, rebuild: Rebuild): Promise<Report> {
  const live = await table.liveGeneration();
  const compared = await compareGenerations(table, { live, rebuilt: building.generation }, rebuild.settleMs);
  const outcome = outcomeOf(compared.differences, rebuild);
  if (outcome === 'switched') await table.switchTo(building);
  else await table.giveUp(building);
  await table.retireOthers();
  return { stage: rebuild.stage, ...compared, outcome };
}

function outcomeOf(differences: Difference[], { dryRun, allowLoss }: Rebuild): Report['outcome'] {
  if (dryRun) return 'dry-run';
  const loses = differences.some(({ rebuilt }) => rebuilt === null);
  return loses && !allowLoss ? 'would-lose' : 'switched';
}

async function connect(stage: string): Promise<{ table: ViewTable; replay: ArchiveReplay }> {
  const ssm = new SSMClient(whereToCall());
  const read = async (service: string, id: string) => {
    const Name = parameterName(stage, service, id);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name })).catch((cause) => {
      throw new Error(`the parameter ${Name} cannot be read (${cause.name}): is there a stage ${stage}?`, { cause });
    });
    return Parameter?.Value ?? '';
  };
  const archiveName = await read('platform', 'archive-name');
  const ids: ReplayIds = JSON.parse(await read('view', 'on-replayed'));
  return {
    table: new ViewTable(await read('view', 'table-name')),
    replay: new ArchiveReplay(archiveName, ids),
  };
}
