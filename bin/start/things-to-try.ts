/** What `npm start` prints: commands that work as they stand, pasted into another terminal. */
export function thingsToTry(apiUrl: string, awsUrl: string, adminPassword: string): string {
  return `
The shop runs. Log in as admin with the password ${adminPassword} and try, in another terminal:

  # the catalogue is public
  curl ${apiUrl}/api/v1/products

  # an account, and a token for it
  curl ${apiUrl}/api/v1/users -H 'content-type: application/json' \\
    -d '{"username":"jane","email":"jane@example.com","password":"correct horse"}'
  TOKEN=$(curl -s ${apiUrl}/api/v1/auth/login -H 'content-type: application/json' \\
    -d '{"username":"jane","password":"correct horse"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # an order: place it, then read what its saga made of it (card_declined, card_timeout, card_flaky: see the README)
  PRODUCT=$(curl -s ${apiUrl}/api/v1/products | sed 's/.*"products":\\[{"product_id":"\\([^"]*\\)".*/\\1/')
  ORDER=$(curl -s ${apiUrl}/api/v1/orders -H "authorization: Bearer $TOKEN" -H "idempotency-key: $RANDOM" \\
    -H 'content-type: application/json' \\
    -d "{\\"items\\":[{\\"product_id\\":\\"$PRODUCT\\",\\"quantity\\":1}],\\"payment_method\\":\\"card_ok\\"}" \\
    | sed 's/.*"order_id":"\\([^"]*\\)".*/\\1/')
  curl ${apiUrl}/api/v1/orders/$ORDER -H "authorization: Bearer $TOKEN"

  # the cloud behind it
  aws --endpoint-url ${awsUrl} stepfunctions list-state-machines
`;
}
