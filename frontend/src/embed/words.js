// The few words of the component, in the languages of the interface: each text in the order of KEYS.
const KEYS = ("valid|expired|early|revoked|suspended|broken|unchecked|missing|checking|by|to|more|" +
  "why signature|why other|why browser|why net|why missing|why full").split("|");
const table = {
  en:
    "Verified in your browser: valid|Expired on {d}|Valid from {d}|Revoked by its issuer|" +
    "Suspended by its issuer|Do not trust this|Not checked here|Nothing to show|Verifying …|Issued by {n}|" +
    "Awarded to {n}|Verify it|it is not what the issuer signed|this is another badge|" +
    "this browser cannot check signatures here|a server did not answer|" +
    "there is no such badge, or its learner keeps it private|it needs the full check",
  de:
    "In Ihrem Browser geprüft: gültig|Abgelaufen am {d}|Gültig ab {d}|Vom Aussteller widerrufen|" +
    "Vom Aussteller ausgesetzt|Nicht vertrauen|Hier nicht geprüft|Nichts zu zeigen|Wird geprüft …|" +
    "Ausgestellt von {n}|Verliehen an {n}|Prüfen|das hat der Aussteller so nicht signiert|" +
    "das ist ein anderer Badge|dieser Browser kann hier keine Signaturen prüfen|" +
    "ein Server hat nicht geantwortet|es gibt diesen Badge nicht, oder er ist privat|" +
    "er braucht die volle Prüfung",
  fr:
    "Vérifié dans votre navigateur : valide|Expiré le {d}|Valide à partir du {d}|Révoqué par son émetteur|" +
    "Suspendu par son émetteur|Ne vous y fiez pas|Non vérifié ici|Rien à afficher|Vérification …|Émis par {n}|" +
    "Attribué à {n}|Vérifier|ce n’est pas ce que l’émetteur a signé|c’est un autre badge|" +
    "ce navigateur ne peut pas vérifier de signature ici|un serveur n’a pas répondu|" +
    "ce badge n’existe pas ou reste privé|il faut la vérification complète",
  es:
    "Verificada en su navegador: válida|Caducó el {d}|Válida desde el {d}|Revocada por su emisor|" +
    "Suspendida por su emisor|No se fíe de esto|No comprobada aquí|Nada que mostrar|Verificando …|" +
    "Emitida por {n}|Otorgada a {n}|Verificar|no es lo que el emisor firmó|es otra insignia|" +
    "este navegador no puede comprobar firmas aquí|un servidor no respondió|" +
    "esta insignia no existe o es privada|requiere la verificación completa",
};

/** The language that is spoken for a language tag, as a tag for dates, and its words by their keys. */
export function words(tag = "en") {
  const row = table[tag.slice(0, 2).toLowerCase()];
  const texts = (row ?? table.en).split("|");
  return [row ? tag : "en", Object.fromEntries(KEYS.map((key, at) => [key, texts[at]]))];
}
