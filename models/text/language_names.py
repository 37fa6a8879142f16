"""Languages by their ISO 639-1 code, as English calls them."""

from __future__ import annotations

# One "code Name" a line pair; a name of several words is joined by "_".
_TABLE = """
aa Afar ab Abkhazian ae Avestan af Afrikaans ak Akan am Amharic an Aragonese ar Arabic
as Assamese av Avaric ay Aymara az Azerbaijani ba Bashkir be Belarusian bg Bulgarian bi Bislama
bm Bambara bn Bengali bo Tibetan br Breton bs Bosnian ca Catalan ce Chechen ch Chamorro
co Corsican cr Cree cs Czech cu Church_Slavonic cv Chuvash cy Welsh da Danish de German
dv Divehi dz Dzongkha ee Ewe el Greek en English eo Esperanto es Spanish et Estonian eu Basque
fa Persian ff Fulah fi Finnish fj Fijian fo Faroese fr French fy Western_Frisian ga Irish
gd Scottish_Gaelic gl Galician gn Guarani gu Gujarati gv Manx ha Hausa he Hebrew hi Hindi
ho Hiri_Motu hr Croatian ht Haitian_Creole hu Hungarian hy Armenian hz Herero ia Interlingua
id Indonesian ie Interlingue ig Igbo ii Sichuan_Yi ik Inupiaq io Ido is Icelandic it Italian
iu Inuktitut ja Japanese jv Javanese ka Georgian kg Kongo ki Kikuyu kj Kuanyama kk Kazakh
kl Greenlandic km Khmer kn Kannada ko Korean kr Kanuri ks Kashmiri ku Kurdish kv Komi kw Cornish
ky Kyrgyz la Latin lb Luxembourgish lg Ganda li Limburgish ln Lingala lo Lao lt Lithuanian
lu Luba-Katanga lv Latvian mg Malagasy mh Marshallese mi Maori mk Macedonian ml Malayalam
mn Mongolian mr Marathi ms Malay mt Maltese my Burmese na Nauru nb Norwegian_Bokmål
nd North_Ndebele ne Nepali ng Ndonga nl Dutch nn Norwegian_Nynorsk no Norwegian nr South_Ndebele
nv Navajo ny Chichewa oc Occitan oj Ojibwa om Oromo or Odia os Ossetian pa Punjabi pi Pali
pl Polish ps Pashto pt Portuguese qu Quechua rm Romansh rn Rundi ro Romanian ru Russian
rw Kinyarwanda sa Sanskrit sc Sardinian sd Sindhi se Northern_Sami sg Sango si Sinhala sk Slovak
sl Slovenian sm Samoan sn Shona so Somali sq Albanian sr Serbian ss Swati st Southern_Sotho
su Sundanese sv Swedish sw Swahili ta Tamil te Telugu tg Tajik th Thai ti Tigrinya tk Turkmen
tl Tagalog tn Tswana to Tongan tr Turkish ts Tsonga tt Tatar tw Twi ty Tahitian ug Uyghur
uk Ukrainian ur Urdu uz Uzbek ve Venda vi Vietnamese vo Volapük wa Walloon wo Wolof xh Xhosa
yi Yiddish yo Yoruba za Zhuang zh Chinese zu Zulu
"""
_WORDS = [word.replace("_", " ") for word in _TABLE.split()]
LANGUAGE_NAMES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_CODES = {name.casefold(): code for code, name in LANGUAGE_NAMES.items()}


def language_code(value: str) -> str | None:
    """Return the ISO 639-1 code that a source's value means, or None.

    Locales lose what follows the language; a language's English name is understood, too.

    Examples
    --------
    >>> language_code("en-US"), language_code("pt_BR"), language_code("German")
    ('en', 'pt', 'de')
    >>> language_code("und") is None
    True
    """
    plain = value.strip().casefold()
    code = plain.replace("_", "-").partition("-")[0]
    return code if code in LANGUAGE_NAMES else _CODES.get(plain)
