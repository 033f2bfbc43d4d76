"""Sixty names that certificates have to give back, and some that no bundled font can draw."""

from __future__ import annotations

import unicodedata

_NFD = [
    unicodedata.normalize("NFD", name)
    for name in ("Zoë Ångström", "Nguyễn Thị Ngọc Ánh", "Łucja Żółć", "Jiří Dvořák", "Đặng Thùy Trâm")
]

NAMES: tuple[str, ...] = (
    # Arabic, Persian, Urdu: plain, with vowels, with a joiner, with digits
    "محمد بن عبد الله",
    "آية بنت الشيخ",
    "مُحَمَّد عَبْدُ الرَّحْمٰن",
    "ليلى الأيوبي",
    "يحيى بن شرف النووي",
    "علی‌رضا کریمی",
    "پژمان گلچین‌فر",
    "نور جہاں بیگم",
    "ٹھٹھہ خان ڑڈ",
    "ۋاھىت ئۆمەر",
    # Hebrew, with and without points, with a maqaf, gershayim, a hyphen
    "דָּוִד בֶּן־גּוּרִיּוֹן",
    "מִרְיָם כֹּהֵן",
    "לאה כהן-לוי",
    "ח״ן שושן",
    # Mixed direction
    "Ali محمد Smith",
    "محمد Ali الثالث",
    "לאה (Leah) כהן",
    "أحمد 3 الثالث",
    "Dr. فاطمة الزهراء, PhD",
    # Han: simplified, traditional, Japanese forms, kana, extensions; Hangul
    "王小明",
    "欧阳娜娜",
    "陳慧琳",
    "張學友",
    "龔偉業",
    "髙橋 渚",
    "渡邊 﨑子",
    "たかはし なぎさ",
    "ジョン・スミス",
    "𠮷野 家",
    "김민준",
    "남궁 옥분",
    # Indic and South-East Asian scripts
    "अनुष्का क्षत्रिय",
    "श्रीकृष्ण त्रिपाठी",
    "रवींद्रनाथ ठाकुर",
    "রবীন্দ্রনাথ ঠাকুর",
    "தமிழ்ச்செல்வி",
    "ศิริพร น้ำใส",
    "กิตติ์ธนัตถ์",
    # Vietnamese, Turkish, Baltic, Slavic, Icelandic, Maltese, Yoruba, Hawaiian, Arabic transcribed
    "Nguyễn Thị Ngọc Ánh",
    "İbrahim Ilgın ışık",
    "Şükrü Ağaoğlu",
    "Łucja Żółć",
    "Ģirts Ķēniņš",
    "Þórður Ægisson",
    "Ġorġ Ħaż-Żabbar",
    "Ọláyínká Ṣóyínká",
    "Kāʻehuʻaeʻoa",
    "Ḥasan al-Bannāʾ",
    # Greek, Cyrillic, Georgian, Armenian
    "Ζωή Παπαδοπούλου",
    "Ἀριστοτέλης",
    "Юлія Ґалаґан",
    "Љубиша Ђорђевић",
    "ნინო ბერიძე",
    "Հայկ Գրիգորյան",
    # Ligatures, apostrophes, hyphens, one letter, very long
    "O’Connor-fflinders",
    "D'Angelo Saint-Exupéry",
    "Effie Schäfflerin-Offizier",
    "Y",
    "王",
    "Anne-Marie-Sophie Wilhelmine Friederike von Hohenzollern-Sigmaringen und zu Löwenstein-Wertheim",
    *_NFD,
)
MIXED: frozenset[str] = frozenset(
    {"Ali محمد Smith", "محمد Ali الثالث", "לאה (Leah) כהן", "أحمد 3 الثالث", "Dr. فاطمة الزهراء, PhD"}
)
"""Readers that guess the direction from where characters stand may move a space or a bracket in these."""

UNDRAWABLE: dict[str, str] = {
    "Ana 😀": "😀",
    "ᏣᎳᎩ Sequoyah": "ᏣᎳᎩ",
    "አበበ ቢቂላ": "አበቢቂላ",
    "ꦱꦸꦏꦂꦤꦺꦴ": "ꦱꦸꦏꦂꦤꦺꦴ",
}
"""Names with the characters that no bundled font has."""
