// A SAML identity provider: PORT FOLDER(idp.key, idp.crt, other.key, other.crt) ACS(JSON: audience part -> address)
// ACCOUNTS(JSON: login -> {email, name, verified}). `/sso` asks who it is. The logins `forged X`, `unsigned X` and
// `altered X` are answered with a signature by another key, with none, and with one over another address;
// `cancel` with a refusal.
const fs = require('node:fs');
const http = require('node:http');
const { createRequire } = require('node:module');
const samlp = createRequire(process.cwd() + '/')('samlp');

const [port, folder, acs, given] = process.argv.slice(2);
const accounts = JSON.parse(given), addresses = JSON.parse(acs);
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
  request.protocol = 'http';
  response.set = (name, value) => response.setHeader(name, value);
  response.send = (body) => response.end(body);
  response.status = (code) => { response.statusCode = code; return response; };
  response.type = () => response;
  const login = request.query.login;
  const failed = (error) => { response.statusCode = 500; response.end(String(error && error.stack)); };
  if (url.pathname === '/metadata') {
    samlp.metadata({ issuer, cert: read('idp.crt'), redirectEndpointPath: '/sso', postEndpointPath: '/sso',
      profileMapper: mapper })(request, response, failed);
    return;
  }
  if (!login) {
    const hidden = Object.entries(request.query).map(([name, value]) =>
      `<input type="hidden" name="${name}" value="${value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}">`);
    response.setHeader('Content-Type', 'text/html');
    response.end(`<form action="/sso"><label>Login <input name="login"></label>${hidden.join('')}
      <button>Go</button></form>`);
    return;
  }
  samlp.parseRequest(request, (error, asked) => {
    if (error) { failed(error); return; }
    const [how, name] = login.includes(' ') ? login.split(' ') : ['', login];
    const acsUrl = asked.assertionConsumerServiceURL;
    if (!Object.values(addresses).includes(acsUrl)) { failed(new Error(`unknown address ${acsUrl}`)); return; }
    const key = how === 'forged' ? 'other' : 'idp';
    const options = { issuer, cert: read(`${key}.crt`), key: read(`${key}.key`), signatureAlgorithm: 'rsa-sha256',
      digestAlgorithm: 'sha256', profileMapper: mapper, lifetimeInSeconds: 300, recipient: acsUrl, destination: acsUrl,
      audience: asked.issuer, signAssertion: how !== 'unsigned', inResponseTo: asked.id,
      getPostURL: (...all) => all.at(-1)(null, acsUrl),
      getUserFromRequest: () => ({ id: name, ...accounts[name] }) };
    if (name === 'cancel') {
      samlp.sendError({ ...options, signResponse: true, samlStatusMessage: 'the user said no',
        error: { code: 'urn:oasis:names:tc:SAML:2.0:status:Responder', description: 'the user said no' } })(
        request, response, failed);
    } else if (how === 'altered') {
      const send = response.send;
      response.send = (body) => send(String(body).replace(/(name="SAMLResponse"\s+value=")([^"]+)"/, (_, before, value) =>
        `${before}${Buffer.from(Buffer.from(value, 'base64').toString().replace(
          'tom@example.org', 'ann@example.org')).toString('base64')}"`));
      samlp.auth(options)(request, response, failed);
    } else {
      samlp.auth(options)(request, response, failed);
    }
  });
}).listen(Number(port), 'localhost', () => console.log('ready'));
