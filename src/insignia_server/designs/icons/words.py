"""Common subjects of courses in German, French and Spanish, as English words that icons are tagged with."""

from __future__ import annotations

from typing import Final

_TABLE: Final = """
data: daten donnees datos
database: datenbank
chart: statistik statistique estadistica analyse analisis analytics auswertung
code: programmierung programmieren informatik informatique informatica programmation programacion software softwareentwicklung
network: netzwerk netzwerke reseau reseaux redes
shield: sicherheit datenschutz securite seguridad proteccion protection
heart: pflege krankenpflege herz coeur corazon soins cuidado enfermeria
first: ersthelfer erste
aid: hilfe secours auxilios
stethoscope: medizin medecine medicina arzt medecin medico
tooth: zahn zahnmedizin dentaire dental
pill: pharmazie pharmacie farmacia apotheke
flask: chemie chimie quimica labor laboratoire laboratorio
atom: physik physique fisica
dna: biologie biologia genetik genetique genetica
math: mathematik mathematiques matematicas
calculator: rechnen calcul calculo buchhaltung comptabilite contabilidad
scales: recht droit derecho jura justiz justice justicia gesetz
translate: sprache sprachen langue langues idioma idiomas deutsch francais espanol englisch anglais ingles
chat: kommunikation communication comunicacion gesprach
microphone: rede rhetorik parole oratoria vortrag
music: musik musique musica
guitar: gitarre guitare guitarra
palette: kunst art arte malerei peinture pintura
pen: gestaltung conception diseno schreiben ecriture escritura
camera: fotografie photographie fotografia
film: kino cinema cine video
book: buch bucher livre livres libro libros lesen lecture lectura literatur litterature literatura
student: bildung education educacion lehre
teacher: lehrer lehrkraft enseignant profesor unterricht enseignement ensenanza padagogik pedagogie pedagogia
users: team gruppe equipe equipo gruppen
leader: fuhrung leitung direction liderazgo
briefcase: wirtschaft gestion empresa betrieb management verwaltung administration administracion
money: geld argent dinero finanzen finance finanzas
bank: banque banco
tree: baum arbre arbol wald foret bosque forst
plant: pflanze plante planta garten jardin jardineria gartenbau
leaf: umwelt environnement ambiente nachhaltigkeit durabilite sostenibilidad
recycle: recycling recyclage reciclaje
sun: sonne soleil sol solar
lightning: strom electricite electricidad elektrik elektrotechnik energie energia
flame: feuer feu fuego brandschutz schweissen soudure soldadura
hammer: handwerk artisanat artesania bau
wrench: mechanik mecanique mecanica werkstatt reparatur
car: auto voiture coche
truck: transport logistik logistique logistica lager
airplane: flug avion flugzeug
boat: schiff bateau barco segeln voile
cooking: kochen cuisine cocina koch
bread: backen boulangerie panaderia
coffee: kaffee cafe
wine: wein vin vino
globe: geografie geographie geografia welt monde mundo
map: karte carte mapa
mountains: berg berge montagne montana
house: haus maison casa
building: gebaude batiment edificio architektur architecture arquitectura
robot: roboter robotik robotique robotica
brain: psychologie psicologia gehirn cerveau cerebro
baby: kind kinder enfant enfants nino ninos erziehung
dog: hund chien perro
horse: pferd cheval caballo reiten
swimming: schwimmen natation natacion
ball: fussball football futbol sport deporte
bicycle: fahrrad velo bicicleta
rocket: grundung startup emprendimiento entrepreneuriat
megaphone: werbung publicite publicidad marketing
handshake: freiwillig benevolat voluntariado ehrenamt partenariat
scissors: friseur coiffure peluqueria schneider
needle: nahen couture costura
"""


def _turned() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.strip().splitlines():
        english, _, others = line.partition(":")
        for word in others.split():
            out[word] = (*out.get(word, ()), english)
    return out


ENGLISH_OF: Final = _turned()
