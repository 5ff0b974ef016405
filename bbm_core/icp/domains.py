"""Domains that say nothing about a company, and how many labels of the others belong to one."""

_ENDINGS = (
    "at be ca ch cl cn co.id co.in co.jp co.kr co.nz co.th co.uk co.za com com.ar com.au com.br "
    "com.cn com.hk com.mx com.my com.ph com.sg com.tr com.tw com.vn cz de dk es fi fr gr hu ie in "
    "it jp net nl no pl pt ro ru se sk"
)
_WHOLE = (
    # worldwide
    "gmail.com googlemail.com icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me "
    "zoho.com mail.com email.com fastmail.com hushmail.com tutanota.com tuta.io yandex.com "
    "yandex.ru rocketmail.com inbox.com duck.com hey.com "
    # Japan, carriers and providers included
    "ybb.ne.jp docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp vodafone.ne.jp "
    "disney.ne.jp ymobile.ne.jp uqmobile.jp rakuten.jp excite.co.jp goo.jp nifty.com biglobe.ne.jp "
    "so-net.ne.jp ocn.ne.jp plala.or.jp infoseek.jp mail.goo.ne.jp auone.jp auone-net.jp "
    # China and Korea
    "qq.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com foxmail.com aliyun.com "
    "naver.com hanmail.net daum.net nate.com kakao.com "
    # Europe and elsewhere
    "web.de t-online.de freenet.de arcor.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr "
    "libero.it virgilio.it tiscali.it alice.it mail.ru bk.ru list.ru inbox.ru rambler.ru ukr.net "
    "seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl btinternet.com sky.com virginmedia.com "
    "ntlworld.com bigpond.com optusnet.com.au rediffmail.com uol.com.br bol.com.br terra.com.br "
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net "
    "shaw.ca rogers.com sympatico.ca"
)

BRANDS = frozenset({"gmx", "hotmail", "live", "msn", "outlook", "yahoo", "ymail"})
"""First labels that are free mail under any of `BRAND_ENDINGS`."""

BRAND_ENDINGS = frozenset(_ENDINGS.split())

FREE_MAIL = frozenset(_WHOLE.split())

_SHARED = (
    "facebook.com instagram.com twitter.com x.com linkedin.com youtube.com line.me note.com "
    "wixsite.com wix.com weebly.com squarespace.com myshopify.com wordpress.com blogspot.com "
    "tumblr.com medium.com github.io notion.site sites.google.com business.site goo.gl bit.ly "
    "ameblo.jp ameba.jp jimdo.com jimdofree.com jimdosite.com peraichi.com studio.site "
    "strikingly.com thebase.in base.shop stores.jp fc2.com hatenablog.com livedoor.jp "
    "crayonsite.net wantedly.com example.com example.jp example.co.jp test.com"
)
SHARED_HOSTS = frozenset(_SHARED.split())
"""Where many companies have a page, so that the host is nobody's own."""

_SECOND = "ac ad co com ed edu go gob gov gr lg mil ne net or org sch gen ltd plc nom ind firm"
SECOND_LEVEL = frozenset(_SECOND.split())
"""Labels under which a country hands out names: acme.co.jp is one name of three labels."""
