// Reads JSON lines {document} and writes JSON lines {nquads} or {error}, by jsonld.js in safe mode, as Digital
// Bazaar's RDFC suites call it.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import jsonld from "jsonld";

const contexts = JSON.parse(readFileSync(process.argv[2], "utf8"));
const documentLoader = async (url) => {
  if (!(url in contexts)) throw new Error(`no context ${url}`);
  return { contextUrl: null, documentUrl: url, document: contexts[url] };
};
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const nquads = await jsonld.canonize(JSON.parse(line), {
      algorithm: "RDFC-1.0", format: "application/n-quads", documentLoader, safe: true, base: null,
      rdfDirection: "i18n-datatype",
    });
    console.log(JSON.stringify({ nquads }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error), event: error?.details?.event?.code ?? null }));
  }
}
