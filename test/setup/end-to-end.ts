import { Shop } from './shop.ts';

/**
 * The shop that the end-to-end tests share: the one that global-setup.ts started, or, when `BAZAAR_API_URL` is set
 * from outside, that one (a deployed stage, say), with `BAZAAR_ADMIN_PASSWORD` for its administrator.
 */
export const shop = new Shop({
  apiUrl: process.env.BAZAAR_API_URL ?? '',
  adminPassword: process.env.BAZAAR_ADMIN_PASSWORD ?? '',
});
