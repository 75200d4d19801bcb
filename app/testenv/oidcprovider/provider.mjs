// A certified OpenID provider that nobody here wrote, on loopback, for the tests. PORT says where. GET /hits counts the requests to the token
// endpoint by grant.
import Provider from "oidc-provider";

const port = Number(process.env.PORT);
const grants = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
const client = (id, method, more) => ({
  client_id: id,
  token_endpoint_auth_method: method,
  grant_types: grants,
  redirect_uris: ["http://127.0.0.1/callback"], // of a native app: any port (RFC 8252)
  application_type: "native",
  ...more,
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client("basic", "client_secret_basic", { client_secret: "a secret/with+signs=" }),
    client("post", "client_secret_post", { client_secret: "another" }),
    client("public", "none"),
    client("lasting", "client_secret_post", { client_secret: "another" }),
  ],
  features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
  pkce: { required: () => true },
  issueRefreshToken: async () => true,
  rotateRefreshToken: (ctx) => ctx.oidc.client.clientId !== "lasting", // and a spent one, presented again, ends the chain
  ttl: { AccessToken: 3600, RefreshToken: 24 * 3600, Grant: 24 * 3600, Session: 3600, Interaction: 600, DeviceCode: 600 },
});

const hits = {};
provider.use(async (ctx, next) => {
  if (ctx.path === "/hits") {
    ctx.body = hits;
    return;
  }
  await next();
  if (ctx.path === "/token") {
    const grant = ctx.oidc?.params?.grant_type ?? "none";
    hits[grant] = (hits[grant] ?? 0) + 1;
  }
});
provider.listen(port, "127.0.0.1");
