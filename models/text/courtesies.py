"""Words of closed classes: what people write when there is nothing to complain of.

English first, then the commonest of other languages. A word that is one of content in English,
too ("dank", "tag"), stands among the little words: alone it never makes a text empty.
"""

from __future__ import annotations

_THANKING = """
thanks thank thankyou thx thnx thanx tx ty tysm tyvm ta cheers appreciated appreciate grateful
gracias agradezco obrigado obrigada obg valeu merci danke dankeschön vielen grazie bedankt
dankjewel dziękuję dzięki děkuji díky ďakujem hvala takk tack kiitos köszönöm köszi
teşekkürler teşekkür mulțumesc multumesc mersi спасибо благодарю дякую благодаря ευχαριστώ
شكرا متشکرم תודה धन्यवाद ขอบคุณ 谢谢 謝謝 感谢 ありがとう ありがとうございます 감사합니다
"""
_GREETING = """
hi hello hey hiya howdy yo greetings morning afternoon evening night goodnight bye goodbye
hola buenos buenas olá ola oi bom boa bonjour bonsoir salut hallo guten servus moin ciao
buongiorno buonasera hoi goedemorgen goedemiddag cześć witam ahoj dobrý zdravo hej hei terve szia
merhaba selam günaydın bună здравствуйте привет добрый вітаю добрий γεια مرحبا سلام שלום नमस्ते
สวัสดี 你好 您好 こんにちは 안녕하세요
"""
_REPLYING = """
yes yep yup yeah yea ya no nope nah ok okay okey oki k kk alright sure done noted understood
agreed absolutely exactly correct perfect great awesome cool nice lovely brilliant excellent
amazing wonderful good sorted welcome sent dm dms dmed dm'd dming pm following followed
follow sorry test testing sí si vale sim não oui d'accord ja nein nee tak nie ano ne jo joo
kyllä igen nem evet hayır tamam да нет так ні ок ναι όχι نعم لا はい いいえ 네 好的 是 不
"""
_LAUGHING = "lol lmao lmfao rofl haha hahaha hehe jaja jajaja kkkk rsrs xd omg wow"
_LITTLE = """
a an the and to for so very much many too again all you your u ur guys folks team everyone
everybody anyone somebody someone there sir madam dear mate pal man buddy friend friends it
this that that's thats is was are be will i i'm im i'll we me my just please pls plz
ever really most oh ah well have has lot lots in advance anyway anyways now then here's
x xx xxx also kindly both more day weekend un una muy mucho muchas muchos por favor
días dias tardes noches dia tarde noite tag morgen abend dzień dobry den день вечер утро
muito muita beaucoup s'il vous plaît plait bien très dank bitte schön sehr molte mille prego
heel erg veel proszę bardzo prosím moc çok большое пожалуйста
"""
# What people give thanks for; without thanks, these are words of content.
_THANKED_FOR = """
help helping time reply replying response responding answer call information info update
quick prompt fast back getting got assistance support letting know looking into attention
reaching out advice
"""

THANKING = frozenset(_THANKING.split())
GREETING_WORDS = frozenset(_GREETING.split())
REPLYING = frozenset(_REPLYING.split())
LAUGHING = frozenset(_LAUGHING.split())
LITTLE = frozenset(_LITTLE.split())
THANKED_FOR = frozenset(_THANKED_FOR.split())
