/** The sections of docs/runbook.md: what an alarm means, and what to do. A test holds them against the page. */
export type RunbookSection =
  | 'dead-letters'
  | 'unpublished-events'
  | 'waiting-messages'
  | 'relay-lag'
  | 'dead-man-letters'
  | 'orders-needing-attention'
  | 'provider-contradictions'
  | 'error-budget'
  | 'deployment-rolled-back';

/** What an alarm says: what has happened, and where it stands what to do about it. */
export function withRunbook(description: string, section: RunbookSection): string {
  return `${description}. What to do: docs/runbook.md#${section}`;
}
