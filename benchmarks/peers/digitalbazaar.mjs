// Digital Bazaar's JavaScript stack, measured like ours: JSON text in, JSON text out, contexts local.
//   node digitalbazaar.mjs MODE CONTEXTS.json SEED_HEX REPEAT WARM SUITE < lines > lines
// Modes: issue, verify, canon. The last line on standard error is JSON with the microseconds an item.
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {performance} from 'node:perf_hooks';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

// The packages live in a folder made for this run, so they are resolved from the working directory.
const require = createRequire(join(process.cwd(), 'index.js'));
const load = async name => {
  const loaded = await import(pathToFileURL(require.resolve(name)).href);
  return loaded.default && Object.keys(loaded).length === 1 ? loaded.default : loaded;
};

const [mode, contextsFile, seedHex, repeatText, warmText, suiteName] = process.argv.slice(2);
const repeat = Number(repeatText), warm = Number(warmText);
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const jsonld = (await import(pathToFileURL(require.resolve('jsonld')).href)).default;

const contexts = new Map(Object.entries(JSON.parse(readFileSync(contextsFile, 'utf8'))));
const documentLoader = async url => {
  if(contexts.has(url)) {
    return {contextUrl: null, document: contexts.get(url), documentUrl: url};
  }
  if(keyDocuments.has(url)) {
    return {contextUrl: null, document: keyDocuments.get(url), documentUrl: url};
  }
  throw new Error(`not local: ${url}`);
};
const keyDocuments = new Map();

const {keyPair, cryptosuite, verifyCryptosuite} = await makeSuite(suiteName);
const did = `did:key:${keyPair.publicKeyMultibase}`;
keyPair.id = `${did}#${keyPair.publicKeyMultibase}`;
keyPair.controller = did;
const method = {
  '@context': 'https://w3id.org/security/multikey/v1', id: keyPair.id, type: 'Multikey', controller: did,
  publicKeyMultibase: keyPair.publicKeyMultibase};
keyDocuments.set(keyPair.id, method);
keyDocuments.set(did, {
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id: did,
  verificationMethod: [method], assertionMethod: [keyPair.id]});

async function makeSuite(name) {
  const seed = Buffer.from(seedHex, 'hex');
  if(name.startsWith('eddsa')) {
    const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');
    const {cryptosuite} = await load(`@digitalbazaar/${name}-cryptosuite`);
    const keyPair = await Ed25519Multikey.generate({seed});
    return {keyPair, cryptosuite, verifyCryptosuite: cryptosuite};
  }
  const EcdsaMultikey = await load('@digitalbazaar/ecdsa-multikey');
  const {cryptosuite} = await load(`@digitalbazaar/${name}-cryptosuite`);
  const keyPair = await EcdsaMultikey.generate({curve: 'P-256'});
  return {keyPair, cryptosuite, verifyCryptosuite: cryptosuite};
}

async function issue(text) {
  const credential = JSON.parse(text);
  if(typeof credential.issuer === 'string') {
    credential.issuer = did;
  } else {
    credential.issuer.id = did;
  }
  const suite = new DataIntegrityProof({signer: keyPair.signer(), cryptosuite});
  return JSON.stringify(await vc.issue({credential, suite, documentLoader}));
}

async function verify(text) {
  const credential = JSON.parse(text);
  const suite = new DataIntegrityProof({cryptosuite: verifyCryptosuite});
  const result = await vc.verifyCredential({
    credential, suite, documentLoader, checkStatus: async () => ({verified: true})});
  return JSON.stringify(result.verified ? {ok: true} : {ok: false, error: String(result.error?.errors?.[0] ?? result.error)});
}

async function canon(text) {
  return JSON.stringify(await jsonld.canonize(JSON.parse(text), {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, base: null, safe: true}));
}

const run = {issue, verify, canon}[mode];
const lines = [];
for await (const line of createInterface({input: process.stdin})) {
  if(line.trim()) {
    lines.push(line);
  }
}
for(let i = 0; i < warm; ++i) {
  await run(lines[i % lines.length]);
}
const times = [];
let outputs = [];
for(let r = 0; r < repeat; ++r) {
  outputs = [];
  const started = performance.now();
  for(const line of lines) {
    outputs.push(await run(line));
  }
  times.push((performance.now() - started) * 1000 / lines.length);
}
process.stdout.write(outputs.join('\n') + '\n');
times.sort((a, b) => a - b);
process.stderr.write(JSON.stringify({us: times[Math.floor(times.length / 2)], best_us: times[0], n: lines.length}) + '\n');
