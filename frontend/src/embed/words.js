// The few words of the component, in the languages of the interface.
const en = {
  valid: "Verified in your browser: valid", expired: "Expired on {d}", early: "Valid from {d}", revoked: "Revoked by its issuer",
  suspended: "Suspended by its issuer", broken: "Do not trust this", unchecked: "Not checked here", missing: "Nothing to show",
  checking: "Verifying …", by: "Issued by {n}", to: "Awarded to {n}", more: "Verify it",
  whys: {
    signature: "it is not what the issuer signed", other: "this is another badge", browser: "this browser cannot check signatures here",
    net: "a server did not answer", missing: "there is no such badge, or its learner keeps it private", full: "it needs the full check",
  },
};
const de = {
  valid: "In Ihrem Browser geprüft: gültig", expired: "Abgelaufen am {d}", early: "Gültig ab {d}", revoked: "Vom Aussteller widerrufen",
  suspended: "Vom Aussteller ausgesetzt", broken: "Nicht vertrauen", unchecked: "Hier nicht geprüft", missing: "Nichts zu zeigen",
  checking: "Wird geprüft …", by: "Ausgestellt von {n}", to: "Verliehen an {n}", more: "Prüfen",
  whys: {
    signature: "das hat der Aussteller so nicht signiert", other: "das ist ein anderer Badge",
    browser: "dieser Browser kann hier keine Signaturen prüfen", net: "ein Server hat nicht geantwortet",
    missing: "es gibt diesen Badge nicht, oder er ist privat", full: "er braucht die volle Prüfung",
  },
};
const fr = {
  valid: "Vérifié dans votre navigateur : valide", expired: "Expiré le {d}", early: "Valable à partir du {d}", revoked: "Révoqué par son émetteur",
  suspended: "Suspendu par son émetteur", broken: "Ne vous y fiez pas", unchecked: "Non vérifié ici", missing: "Rien à afficher",
  checking: "Vérification …", by: "Émis par {n}", to: "Décerné à {n}", more: "Vérifier",
  whys: {
    signature: "ce n’est pas ce que l’émetteur a signé", other: "c’est un autre badge",
    browser: "ce navigateur ne peut pas vérifier de signature ici", net: "un serveur n’a pas répondu",
    missing: "ce badge n’existe pas ou reste privé", full: "il faut la vérification complète",
  },
};
const es = {
  valid: "Verificada en su navegador: válida", expired: "Caducó el {d}", early: "Válida desde el {d}", revoked: "Revocada por su emisor",
  suspended: "Suspendida por su emisor", broken: "No se fíe de esto", unchecked: "No comprobada aquí", missing: "Nada que mostrar",
  checking: "Verificando …", by: "Emitida por {n}", to: "Otorgada a {n}", more: "Verificar",
  whys: {
    signature: "no es lo que el emisor firmó", other: "es otra insignia", browser: "este navegador no puede comprobar firmas aquí",
    net: "un servidor no respondió", missing: "esta insignia no existe o es privada", full: "requiere la verificación completa",
  },
};
const table = { en, de, fr, es };

/** The language that is spoken for a language tag, as a tag for dates, and its words. */
export function words(tag = "en") {
  const said = table[tag.slice(0, 2).toLowerCase()];
  return said ? [tag, said] : ["en", en];
}
