export interface RunningShop {
  apiUrl: string;
  awsUrl: string;
  adminPassword: string;
  /** Whether changed sources are taken over. */
  watching: boolean;
}

/** What `npm start` prints: commands that work as they stand, pasted into another terminal. */
export function thingsToTry({ apiUrl, awsUrl, adminPassword, watching }: RunningShop): string {
  return `
The shop runs. Log in as admin with the password ${adminPassword} and try, in another terminal:

  # the catalogue is public
  curl ${apiUrl}/api/v1/products

  # an account, and a token for it
  curl ${apiUrl}/api/v1/users -H 'content-type: application/json' \\
    -d '{"username":"jane","email":"jane@example.com","password":"correct horse"}'
  TOKEN=$(curl -s ${apiUrl}/api/v1/auth/login -H 'content-type: application/json' \\
    -d '{"username":"jane","password":"correct horse"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # an order (other cards: card_declined, card_timeout, card_flaky, card_unavailable)
  PRODUCT=$(curl -s ${apiUrl}/api/v1/products | sed 's/.*"products":\\[{"product_id":"\\([^"]*\\)".*/\\1/')
  ORDER=$(curl -s ${apiUrl}/api/v1/orders -H "authorization: Bearer $TOKEN" -H "idempotency-key: $RANDOM" \\
    -H 'content-type: application/json' \\
    -d "{\\"items\\":[{\\"product_id\\":\\"$PRODUCT\\",\\"quantity\\":1}],\\"payment_method\\":\\"card_ok\\"}" \\
    | sed 's/.*"order_id":"\\([^"]*\\)".*/\\1/')

  # what its saga makes of it: pending at first, confirmed a second later
  curl ${apiUrl}/api/v1/orders/$ORDER -H "authorization: Bearer $TOKEN"

  # the cloud behind it, for the AWS CLI with any credentials
  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws --endpoint-url ${awsUrl} --region us-east-1 \\
    stepfunctions list-state-machines
${watching ? '\nChanges in functions/, lib/runtime/ and events/ are taken over while it runs. ' : '\n'}Ctrl-C ends it.
`;
}
