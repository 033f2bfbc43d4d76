// A SAML identity provider: PORT KEY-FILE CERT-FILE ACS ACCOUNTS(JSON: login -> {email, name, verified}).
// `/sso` asks who it is; `/other?...` signs as the same issuer with another key (OTHER-KEY, OTHER-CERT).
const fs = require('node:fs');
const http = require('node:http');
const { createRequire } = require('node:module');
const samlp = createRequire(process.cwd() + '/')('samlp');

const [port, folder, acs, given] = process.argv.slice(2);
const accounts = JSON.parse(given);
const issuer = `http://localhost:${port}/metadata`;
const read = (name) => fs.readFileSync(`${folder}/${name}`);
const mapper = (user) => ({
  getClaims: () => ({
    'urn:oid:0.9.2342.19200300.100.1.3': user.email,
    'http://schemas.auth0.com/email_verified': String(user.verified),
    'urn:oid:2.5.4.42': user.name.split(' ')[0],
    'urn:oid:2.5.4.4': user.name.split(' ').slice(1).join(' '),
  }),
  getNameIdentifier: () => ({
    nameIdentifier: user.id,
    nameIdentifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  }),
});
mapper.prototype = { metadata: [] };

http.createServer((request, response) => {
  const url = new URL(request.url, `http://localhost:${port}`);
  request.query = Object.fromEntries(url.searchParams);
  response.set = (name, value) => response.setHeader(name, value);
  response.send = (body) => response.end(body);
  response.status = (code) => { response.statusCode = code; return response; };
  response.type = () => response;
  const login = request.query.login;
  const failed = (error) => { response.statusCode = 500; response.end(String(error && error.stack)); };
  const common = { issuer, getPostURL: (_a, _d, _r, done) => done(null, acs), signatureAlgorithm: 'rsa-sha256',
    digestAlgorithm: 'sha256', profileMapper: mapper, lifetimeInSeconds: 300, recipient: acs, destination: acs };
  if (url.pathname === '/metadata') {
    samlp.metadata({ issuer, cert: read('idp.crt'), redirectEndpointPath: '/sso', postEndpointPath: '/sso',
      profileMapper: mapper })(request, response, failed);
  } else if (!login) {
    const hidden = Object.entries(request.query).map(([name, value]) =>
      `<input type="hidden" name="${name}" value="${value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}">`);
    response.setHeader('Content-Type', 'text/html');
    response.end(`<form action="/sso"><label>Login <input name="login"></label>${hidden.join('')}
      <button>Go</button></form>`);
  } else if (login === 'cancel') {
    samlp.sendError({ ...common, key: read('idp.key'), cert: read('idp.crt'), signResponse: true,
      error: { code: 'urn:oasis:names:tc:SAML:2.0:status:Responder', description: 'the user said no' } })(
      request, response, failed);
  } else {
    const forged = login.startsWith('forged ');
    const name = login.replace('forged ', '');
    request.user = { id: name, ...accounts[name] };
    samlp.auth({ ...common, getUserFromRequest: (req) => req.user,
      key: read(forged ? 'other.key' : 'idp.key'), cert: read(forged ? 'other.crt' : 'idp.crt') })(
      request, response, failed);
  }
}).listen(Number(port), 'localhost', () => console.log('ready'));
