import { requiredEnv } from '#lib/runtime/config.ts';

/** How long pieces are held for an order before somebody asks what becomes of it. */
export function reservationLifetimeMs(): number {
  return Number(requiredEnv('RESERVATION_SECONDS')) * 1000;
}

/** Fewer pieces than this on sale are few. */
export function lowStockThreshold(): number {
  return Number(requiredEnv('LOW_STOCK_THRESHOLD'));
}
