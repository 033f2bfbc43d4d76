// Digital Bazaar's libraries behind JSON lines: one request a line in, one reply a line out.
//   node digitalbazaar.mjs CONTEXTS.json < requests > replies      (working directory: where npm installed)
// {"op": "sign", "suite", "key": {"seed"} | {"publicKeyMultibase", "secretKeyMultibase"}, "document",
//  "purpose", "created", "challenge"?, "domain"?} -> {"document"}
// {"op": "verify", "suite", "document", "purpose", "challenge"?, "domain"?} -> {"verified", "errors"}
// {"op": "issue-credential", "suite", "key", "document", "created"} -> {"document"}
// {"op": "verify-credential", "suite", "document", "now"} -> {"verified", "errors"}
// {"op": "list-encode", "length", "set"} -> {"encodedList"}
// {"op": "list-decode", "encodedList"} -> {"length", "set"}
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const require = createRequire(join(process.cwd(), 'index.js'));
const load = async name => {
  const loaded = await import(pathToFileURL(require.resolve(name)).href);
  return loaded.default && Object.keys(loaded).length === 1 ? loaded.default : loaded;
};
const jsigs = await load('jsonld-signatures');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {Ed25519Signature2020} = await load('@digitalbazaar/ed25519-signature-2020');
const {Ed25519VerificationKey2020} = await load('@digitalbazaar/ed25519-verification-key-2020');
const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');
const EcdsaMultikey = await load('@digitalbazaar/ecdsa-multikey');
const vc = await load('@digitalbazaar/vc');
const {createList, decodeList} = await load('@digitalbazaar/vc-bitstring-status-list');
const {AssertionProofPurpose, AuthenticationProofPurpose} = jsigs.purposes;

const contexts = new Map(Object.entries(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
const documentLoader = async url => {
  const document = contexts.get(url) ?? didKey(url);
  if(!document) {
    throw new Error(`not local: ${url}`);
  }
  return {contextUrl: null, document, documentUrl: url};
};

function didKey(url) {
  const [did, fragment] = url.split('#');
  if(!did.startsWith('did:key:')) {
    return;
  }
  const publicKeyMultibase = did.slice('did:key:'.length);
  const old = legacy && publicKeyMultibase.startsWith('z6Mk');
  const context = old ?
    'https://w3id.org/security/suites/ed25519-2020/v1' : 'https://w3id.org/security/multikey/v1';
  const method = {
    id: `${did}#${publicKeyMultibase}`, type: old ? 'Ed25519VerificationKey2020' : 'Multikey',
    controller: did, publicKeyMultibase};
  if(fragment) {
    return {'@context': context, ...method};
  }
  return {
    '@context': ['https://www.w3.org/ns/did/v1', context], id: did, verificationMethod: [method],
    assertionMethod: [method.id], authentication: [method.id]};
}
let legacy = false;

async function makeSuite({suite, key, created}) {
  legacy = suite === 'Ed25519Signature2020';
  const date = created;
  if(legacy) {
    const pair = key && await Ed25519VerificationKey2020.generate({seed: Buffer.from(key.seed, 'hex')});
    if(pair) {
      name(pair);
    }
    return new Ed25519Signature2020({key: pair, date});
  }
  const module = await load(`@digitalbazaar/${suite}-cryptosuite`);
  const cryptosuite = module.cryptosuite ??
    (key ? module.createSignCryptosuite() : module.createVerifyCryptosuite());
  if(!key) {
    return new DataIntegrityProof({cryptosuite});
  }
  const pair = key.seed ?
    await Ed25519Multikey.generate({seed: Buffer.from(key.seed, 'hex')}) :
    await EcdsaMultikey.from({type: 'Multikey', ...key, id: 'urn:key', controller: 'urn:controller'});
  name(pair);
  return new DataIntegrityProof({signer: pair.signer(), cryptosuite, date});
}

function name(pair) {
  pair.controller = `did:key:${pair.publicKeyMultibase}`;
  pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
}

function makePurpose({purpose, challenge, domain}) {
  return purpose === 'authentication' ?
    new AuthenticationProofPurpose({challenge, domain}) : new AssertionProofPurpose();
}

async function answer(request) {
  if(request.op === 'list-encode') {
    const list = await createList({length: request.length});
    request.set.forEach(index => list.setStatus(index, true));
    return {encodedList: await list.encode()};
  }
  if(request.op === 'list-decode') {
    const list = await decodeList(request);
    const set = Array.from({length: list.length}, (_, i) => i).filter(i => list.getStatus(i));
    return {length: list.length, set};
  }
  const suite = await makeSuite(request);
  const purpose = makePurpose(request);
  if(request.op === 'issue-credential') {
    return {document: await vc.issue({credential: request.document, suite, documentLoader})};
  }
  if(request.op === 'verify-credential') {
    const {document: credential, now} = request;
    const result = await vc.verifyCredential({credential, suite, documentLoader, now: new Date(now)});
    return {verified: result.verified, errors: flatten(result.error).map(String)};
  }
  if(request.op === 'sign') {
    return {document: await jsigs.sign(request.document, {suite, purpose, documentLoader})};
  }
  const result = await jsigs.verify(request.document, {suite, purpose, documentLoader});
  return {verified: result.verified, errors: flatten(result.error).map(String)};
}

function flatten(error) {
  return error?.errors?.length ? error.errors.flatMap(flatten) : error ? [error] : [];
}

for await (const line of createInterface({input: process.stdin})) {
  let reply;
  try {
    reply = await answer(JSON.parse(line));
  } catch(error) {
    reply = {error: flatten(error).map(e => e.stack ?? String(e)).join('\n')};
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
