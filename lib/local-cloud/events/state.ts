import type { CloudContext } from '../core/service.ts';
import type { EventBuses } from './buses.ts';
import type { Replays } from './replays.ts';
import type { Router } from './router.ts';
import type { Rules } from './rules.ts';

/** What the actions of EventBridge share. */
export interface EventsState {
  context: CloudContext;
  buses: EventBuses;
  router: Router;
  rules: Rules;
  replays: Replays;
}
