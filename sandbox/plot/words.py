"""The words people and companies are made of: names, places, titles, trades; none is real."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: its value in each CRM, its weight, and what its companies are called."""

    name: str  # as Salesforce's Industry picklist has it
    hubspot: str  # as HubSpot's industry enumeration has it
    weight: int
    japanese: tuple[tuple[str, str], ...]  # last part of a name, and its Latin spelling
    english: tuple[str, ...]


TRADES = (
    Trade(
        "Manufacturing",
        "MACHINERY",
        9,
        (("製作所", "works"), ("精機", "seiki"), ("電機", "denki"), ("工業", "kogyo")),
        ("Machining", "Components", "Precision", "Robotics"),
    ),
    Trade(
        "Transportation",
        "LOGISTICS_AND_SUPPLY_CHAIN",
        6,
        (("物流", "butsuryu"), ("運輸", "unyu"), ("倉庫", "soko")),
        ("Logistics", "Freight", "Shipping"),
    ),
    Trade(
        "Wholesale",
        "WHOLESALE",
        5,
        (("商事", "shoji"), ("通商", "tsusho"), ("産業", "sangyo")),
        ("Trading", "Supply", "Distribution"),
    ),
    Trade(
        "Technology",
        "COMPUTER_SOFTWARE",
        7,
        (("システムズ", "systems"), ("ソフト", "soft"), ("情報", "joho")),
        ("Software", "Systems", "Data"),
    ),
    Trade(
        "Retail",
        "RETAIL",
        9,
        (("ストア", "store"), ("百貨店", "depart"), ("堂", "do")),
        ("Stores", "Market", "Outfitters"),
    ),
    Trade(
        "Construction",
        "CONSTRUCTION",
        8,
        (("建設", "kensetsu"), ("工務店", "komuten")),
        ("Builders", "Construction"),
    ),
    Trade(
        "Finance",
        "FINANCIAL_SERVICES",
        4,
        (("信用金庫", "shinkin"), ("リース", "lease")),
        ("Capital", "Leasing"),
    ),
    Trade(
        "Healthcare",
        "HOSPITAL_HEALTH_CARE",
        5,
        (("病院", "hospital"), ("クリニック", "clinic")),
        ("Clinics", "Health"),
    ),
    Trade(
        "Hospitality",
        "HOSPITALITY",
        5,
        (("ホテルズ", "hotels"), ("観光", "kanko")),
        ("Hotels", "Resorts"),
    ),
    Trade(
        "Consulting",
        "MANAGEMENT_CONSULTING",
        6,
        (("総研", "soken"), ("コンサルティング", "consulting")),
        ("Advisors", "Consulting"),
    ),
    Trade(
        "Media",
        "MEDIA_PRODUCTION",
        4,
        (("メディア", "media"), ("企画", "kikaku")),
        ("Media", "Studios"),
    ),
    Trade(
        "Education",
        "EDUCATION_MANAGEMENT",
        3,
        (("学園", "gakuen"), ("大学", "univ")),
        ("College", "Institute"),
    ),
    Trade(
        "Government",
        "GOVERNMENT_ADMINISTRATION",
        2,
        (("県庁", "pref"), ("市役所", "city")),
        ("Council", "Agency"),
    ),
)

COMPANY_HEADS = (
    ("東和", "towa"),
    ("三栄", "sanei"),
    ("日新", "nisshin"),
    ("青葉", "aoba"),
    ("北斗", "hokuto"),
    ("富士見", "fujimi"),
    ("大和田", "owada"),
    ("新光", "shinko"),
    ("明和", "meiwa"),
    ("共栄", "kyoei"),
    ("光洋", "koyo"),
    ("昭栄", "shoei"),
    ("白鳥", "shiratori"),
    ("若松", "wakamatsu"),
    ("南海", "nankai"),
    ("旭丘", "asahigaoka"),
    ("瑞穂野", "mizuhono"),
    ("丸千", "marusen"),
    ("中央", "chuo"),
    ("山手", "yamate"),
    ("浜岡", "hamaoka"),
    ("平成", "heisei"),
    ("オリオン", "orion"),
    ("サンライズ", "sunrise"),
)
COMPANY_MIDDLES = (
    ("", ""),
    ("関東", "kanto"),
    ("東海", "tokai"),
    ("西日本", "nishi"),
    ("第一", "daiichi"),
    ("ホールディング", "hd"),
    ("国際", "kokusai"),
    ("総合", "sogo"),
)
ENGLISH_HEADS = (
    "Alder",
    "Beacon",
    "Cedar",
    "Crestline",
    "Dunmore",
    "Eastgate",
    "Fairmont",
    "Granite",
    "Harbour",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Lakeside",
    "Meridian",
    "Northfield",
    "Oakhurst",
    "Pinnacle",
    "Quarry",
    "Ridgeway",
    "Sterling",
    "Thornbury",
    "Upland",
    "Vantage",
    "Westbrook",
)
ENGLISH_MIDDLES = ("", "Bay", "Creek", "Valley", "Point", "Bridge", "Hill", "Grove")
ENGLISH_FORMS = ("Inc.", "LLC", "Ltd", "Corp.", "Co.")
FREE_MAIL = ("gmail.com", "yahoo.co.jp", "outlook.com", "icloud.com")
COMPETITORS = ("Kogane Automation", "ハヤテ機工株式会社", "Northstar Servo Inc.")

JAPANESE_PLACES = (  # prefecture, city; the first are the likelier
    ("東京都", "千代田区"),
    ("東京都", "港区"),
    ("大阪府", "大阪市"),
    ("愛知県", "名古屋市"),
    ("神奈川県", "横浜市"),
    ("埼玉県", "さいたま市"),
    ("千葉県", "千葉市"),
    ("兵庫県", "神戸市"),
    ("福岡県", "福岡市"),
    ("北海道", "札幌市"),
    ("静岡県", "浜松市"),
    ("広島県", "広島市"),
    ("宮城県", "仙台市"),
    ("長野県", "松本市"),
)
AMERICAN_PLACES = (
    ("California", "San Jose"),
    ("Texas", "Austin"),
    ("Ohio", "Columbus"),
    ("Illinois", "Chicago"),
    ("Michigan", "Grand Rapids"),
    ("Georgia", "Atlanta"),
    ("New York", "Rochester"),
    ("Washington", "Tacoma"),
)
OTHER_PLACES = (  # country, state, city
    ("Vietnam", "", "Hanoi"),
    ("Thailand", "", "Bangkok"),
    ("Indonesia", "", "Bandung"),
    ("India", "Karnataka", "Bengaluru"),
    ("Germany", "Bayern", "Augsburg"),
    ("Brazil", "Parana", "Curitiba"),
)

JAPANESE_LAST = (
    ("佐藤", "sato"),
    ("鈴木", "suzuki"),
    ("高橋", "takahashi"),
    ("田中", "tanaka"),
    ("伊藤", "ito"),
    ("渡辺", "watanabe"),
    ("山本", "yamamoto"),
    ("中村", "nakamura"),
    ("小林", "kobayashi"),
    ("加藤", "kato"),
    ("吉田", "yoshida"),
    ("山田", "yamada"),
    ("佐々木", "sasaki"),
    ("山口", "yamaguchi"),
    ("松本", "matsumoto"),
    ("井上", "inoue"),
    ("木村", "kimura"),
    ("林", "hayashi"),
    ("清水", "shimizu"),
    ("髙橋", "takahashi"),
    ("齋藤", "saito"),
    ("森", "mori"),
)
JAPANESE_FIRST = (
    ("陽菜", "hina"),
    ("蓮", "ren"),
    ("結衣", "yui"),
    ("大翔", "hiroto"),
    ("美咲", "misaki"),
    ("悠斗", "yuto"),
    ("さくら", "sakura"),
    ("健", "ken"),
    ("直子", "naoko"),
    ("誠", "makoto"),
    ("恵子", "keiko"),
    ("拓也", "takuya"),
    ("明美", "akemi"),
    ("翔太", "shota"),
)
ENGLISH_LAST = (
    "Adams",
    "Baker",
    "Chen",
    "Diaz",
    "Evans",
    "Fischer",
    "Garcia",
    "Hughes",
    "Iyer",
    "Jensen",
    "Kowalski",
    "Larsen",
    "Murphy",
    "Nguyen",
    "O'Brien",
    "Patel",
    "Quinn",
    "Rossi",
    "Silva",
    "Turner",
)
ENGLISH_FIRST = (
    "Alice",
    "Ben",
    "Carla",
    "David",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jack",
    "Kavya",
    "Liam",
    "Maya",
    "Noah",
    "Olga",
    "Paul",
)

JAPANESE_DEPARTMENTS = ("製造部", "物流部", "情報システム部", "購買部", "経営企画室", "営業本部")
JAPANESE_SENIOR = ("部長", "課長", "本部長", "取締役")
JAPANESE_JUNIOR = ("主任", "担当", "係長", "技師")
ENGLISH_SENIOR = (
    "Director of Operations",
    "IT Manager",
    "Head of Procurement",
    "VP Supply Chain",
    "Chief Engineer",
    "CTO",
    "CIO",
)
ENGLISH_JUNIOR = (
    "Engineer",
    "Business Analyst",
    "Office Assistant",
    "Buyer",
    "Project Coordinator",
    "Sales Representative",
)
