// An OpenID provider: PORT CLIENTS(JSON: id -> callback) ACCOUNTS(JSON: what is typed as login -> claims).
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.cwd() + '/');
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);
const [port, clients, accounts] = [process.argv[2], JSON.parse(process.argv[3]), JSON.parse(process.argv[4])];
const provider = new Provider(`http://localhost:${port}`, {
  clients: Object.entries(clients).map(([id, callback]) => (
    { client_id: id, client_secret: 'the-right-secret', redirect_uris: [callback] })),
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  features: { devInteractions: { enabled: true } },
});
provider.listen(Number(port), 'localhost', () => console.log('ready'));
