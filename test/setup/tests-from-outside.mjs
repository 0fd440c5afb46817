const { BAZAAR_API_URL, BAZAAR_AWS_URL } = process.env;

/** Files of end-to-end tests to leave out: what looks into the cloud cannot test a shop that is deployed to an account. */
export const NOT_FROM_OUTSIDE = BAZAAR_API_URL && !BAZAAR_AWS_URL ? ['\\.local\\.test\\.ts$'] : [];
