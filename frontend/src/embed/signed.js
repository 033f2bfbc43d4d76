// What the server serves beside a credential (`/credentials/<uuid>.nq.json`), checked by the reader's browser:
// the issuer's key from its DID document, the signature by WebCrypto. Whatever does not hold throws a Doubt.
import { fromJson, fromQuads, readQuads } from "./facts.js";

const SECURITY = "https://w3id.org/security#";
const MAXIMUM = 4 * 1024 * 1024;
const ascii = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const utf8 = (text) => new TextEncoder().encode(text);

/** Why something is `broken`, `missing` or `unchecked`; `why` is a key of the table of words. */
export class Doubt extends Error {
  constructor(state, why) {
    super(`${state}: ${why}`);
    Object.assign(this, { state, why });
  }
}
export const broken = (why) => new Doubt("broken", why);
export const unchecked = (why) => new Doubt("unchecked", why);

/** JSON of any host, without cookies and without telling it which page asks. */
export async function load(url, absent = unchecked("net")) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", mode: "cors" });
  } catch {
    throw unchecked("net");
  }
  if (answer.status === 404 || answer.status === 410) throw absent;
  if (!answer.ok) throw unchecked("net");
  try {
    const text = await answer.text();
    if (text.length > MAXIMUM) throw 0;
    const value = JSON.parse(text);
    if (!value || typeof value !== "object") throw 0;
    return value;
  } catch {
    throw broken("signature");
  }
}

/** Facts of a credential or a list as they were signed, once its signature holds. `origin`: where it came from. */
export async function open(answer, origin) {
  if (!globalThis.crypto?.subtle) throw unchecked("browser");
  const form = read(answer);
  const method = await find(form.method, form.facts.issuer, origin);
  const [key, how] = await importKey(method, form.suite);
  const [data, signature] = await form.parts();
  if (!(await crypto.subtle.verify(how, key, signature, data))) throw broken("signature");
  return form.facts;
}

function read(answer) {
  if (typeof answer.jwt === "string") return token(answer.jwt);
  const { document, proof, proofValue } = answer;
  if ([document, proof, proofValue].some((part) => typeof part !== "string")) throw unchecked("form");
  const rdf = !proof.startsWith("{");
  let suite, method, purpose, type, expires;
  if (rdf) {
    const options = readQuads(proof);
    const [node] = options.with(SECURITY + "DataIntegrityProof");
    const one = (name) => options.one(node, SECURITY, name);
    [suite, method, purpose, expires] = ["cryptosuite", "verificationMethod", "proofPurpose", "expiration"].map(one);
    purpose = purpose === SECURITY + "assertionMethod" ? "assertionMethod" : "";
    type = node && "DataIntegrityProof";
  } else ({ cryptosuite: suite, verificationMethod: method, proofPurpose: purpose, type, expires } = json(proof));
  const known = rdf ? ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"] : ["eddsa-jcs-2022", "ecdsa-jcs-2019"];
  if (type !== "DataIntegrityProof" || !known.includes(suite)) throw unchecked("form");
  if (purpose !== "assertionMethod" || (expires && !(Date.parse(expires) > Date.now()))) throw broken("signature");
  const signature = base58(proofValue);
  if (signature.length !== 64) throw suite.startsWith("ecdsa") && signature.length === 96 ? unchecked("form") : broken("signature");
  const parts = async () => {
    const hashes = await Promise.all([proof, document].map((part) => crypto.subtle.digest("SHA-256", utf8(part))));
    return [new Uint8Array(hashes.flatMap((hash) => [...new Uint8Array(hash)])), signature];
  };
  return { suite, method, parts, facts: rdf ? fromQuads(document) : fromJson(json(document)) };
}

function token(jwt) {
  const [head, body, end, ...more] = jwt.split(".");
  if (!end || more.length) throw broken("signature");
  const [header, payload] = [head, body].map((part) => json(new TextDecoder().decode(base64(part))));
  if (payload.vc || payload._sd || header.crit) throw unchecked("form");
  const facts = fromJson(payload);
  if ((payload.iss ?? facts.issuer) !== facts.issuer || (payload.jti ?? facts.id) !== facts.id) throw broken("signature");
  if (payload.exp) facts.until = [facts.until, new Date(payload.exp * 1000).toISOString()].filter(Boolean).sort()[0];
  return { suite: header.alg, method: String(header.kid), facts, parts: async () => [utf8(`${head}.${body}`), base64(end)] };
}

/** The key that a proof names, if the issuer's DID document lists it for assertions. */
async function find(name, issuer, origin) {
  if (!issuer?.startsWith("did:web:")) throw unchecked("did");
  const parts = issuer.slice(8).split(":").map(decodeURIComponent);
  const host = parts[0].toLowerCase();
  if (!/^[a-z0-9.-]+(:\d+)?$/.test(host) || parts.some((part) => /[/?#\\]|^\.*$/.test(part))) throw broken("key");
  const path = parts.length > 1 ? parts.slice(1).join("/") : ".well-known";
  // did:web is https; only who embeds a badge of http://localhost says otherwise.
  const document = await load(`${new URL(origin).host === host ? origin : `https://${host}`}/${path}/did.json`);
  if (document.id !== issuer) throw broken("key");
  const list = (value) => (Array.isArray(value) ? value : []);
  const methods = list(document.verificationMethod).filter((one) => one?.controller === issuer);
  const isNamed = ({ id, publicKeyJwk: jwk }) => id === name || (jwk && /^https?:/.test(name) && name.endsWith(`/keys/${jwk.kid}.json`));
  const method = methods.find(isNamed);
  if (!method?.id.startsWith(`${issuer}#`)) throw broken("key");
  if (method.revoked || (method.expires && !(Date.parse(method.expires) > Date.now()))) throw unchecked("withdrawn");
  if (!list(document.assertionMethod).includes(method.id)) throw broken("key");
  return method;
}

const ED = [0xed, 0x01], P256 = [0x80, 0x24];
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function importKey({ publicKeyMultibase: multibase, publicKeyJwk: jwk }, suite) {
  const bytes = multibase ? base58(multibase) : [];
  const is = (code) => bytes[0] === code[0] && bytes[1] === code[1];
  let how, format = "raw", data = bytes.slice(2);
  if (is(ED) && data.length === 32 && /^(eddsa-.*|EdDSA|Ed25519)$/.test(suite)) how = { name: "Ed25519" };
  else if (is(P256) && data.length === 33 && /^(ecdsa-.*|ES256)$/.test(suite)) [how, data] = [ES256, uncompressed(data)];
  else if (jwk?.kty === "RSA" && suite === "RS256") {
    how = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    [format, data] = ["jwk", { kty: "RSA", n: jwk.n, e: jwk.e }];
    if (base64(jwk.n).length < 256) throw broken("key");
  } else throw jwk || bytes.length ? unchecked("form") : broken("key");
  try {
    return [await crypto.subtle.importKey(format, data, how, false, ["verify"]), how];
  } catch (error) {
    throw error.name === "NotSupportedError" ? unchecked("browser") : broken("key");
  }
}

/** A compressed point of P-256 (SEC 1, 2.3.4), since browsers import whole points only. */
function uncompressed(bytes) {
  const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const hex = (list) => [...list].map((one) => one.toString(16).padStart(2, "0")).join("");
  const x = BigInt(`0x${hex(bytes.slice(1))}`);
  let y = 1n;
  for (let base = (x ** 3n - 3n * x + b) % p, left = (p + 1n) / 4n; left; left >>= 1n, base = (base * base) % p)
    if (left & 1n) y = (y * base) % p;
  if ((y & 1n) !== BigInt(bytes[0] & 1)) y = p - y;
  return Uint8Array.from([4, ...bytes.slice(1), ...y.toString(16).padStart(64, "0").match(/../g).map((one) => parseInt(one, 16))]);
}

function base58(text) {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{1,140}$/.test(text)) throw broken("signature");
  let number = 0n;
  for (const one of text.slice(1)) number = number * 58n + BigInt(ascii.indexOf(one));
  const zeros = /^1*/.exec(text.slice(1))[0].length;
  const hex = number ? number.toString(16) : "";
  const bytes = (hex.length % 2 ? `0${hex}` : hex).match(/../g) ?? [];
  return Uint8Array.from([...Array(zeros).fill(0), ...bytes.map((one) => parseInt(one, 16))]);
}

export function base64(text) {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  } catch {
    throw broken("signature");
  }
}

function json(text) {
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object") return value;
  } catch {}
  throw broken("signature");
}
