"""Names people know: a mistake here is a city that nobody finds."""

import csv
import re
import time
from pathlib import Path

import pytest

from app.integrations.geonames import cities, countries
from app.integrations.geonames.romanization import palladius, polivanov

CAPITALS = """
AD 3041563 AE 292968 AF 1138958 AG 3576022 AL 3183875 AM 616052 AO 2240449 AR 3435910 AT 2761369 AU 2172517 AZ 587084
BA 3191281 BB 3374036 BD 1185241 BE 2800866 BF 2357048 BG 727011 BH 290340 BI 425378 BJ 2392087 BN 1820906 BO 3911925
BR 3469058 BS 3571824 BT 1252416 BW 933773 BY 625144 BZ 3582672 CA 6094817 CD 2314302 CF 2389853 CG 2260535 CH 2661552
CI 2279755 CL 3871336 CM 2220957 CN 1816670 CO 3688689 CR 3621849 CU 3553478 CV 3374333 CY 146268 CZ 3067696 DE 2950159
DJ 223817 DK 2618425 DM 3575635 DO 3492908 DZ 2507480 EC 3652462 EE 588409 EG 360630 ER 343300 ES 3117735 ET 344979
FI 658225 FJ 2198148 FR 2988507 GA 2399697 GB 2643743 GD 3579925 GE 611717 GH 2306104 GM 2413876 GN 2422465 GR 264371
GT 3598132 GW 2374775 GY 3378644 HN 3600949 HR 3186886 HT 3718426 HU 3054643 ID 1642911 IE 2964574 IL 281184 IN 1261481
IQ 98182 IR 112931 IS 3413829 IT 3169070 JM 3489854 JO 250441 JP 1850147 KE 184745 KG 1528675 KH 1821306 KI 2110257
KM 921772 KN 3575551 KP 1871859 KR 1835848 KW 285787 KZ 1526273 LA 1651944 LB 276781 LC 3576812 LI 3042030 LK 1248991
LR 2274895 LS 932505 LT 593116 LU 2960316 LV 456172 LY 2210247 MA 2538475 MC 2993458 MD 618426 ME 3193044 MG 1070940
MH 2113779 MK 785842 ML 2460596 MM 6611854 MN 2028462 MR 2377450 MT 2562305 MU 934154 MV 1282027 MW 927967 MX 3530597
MY 1735161 MZ 1040652 NA 3352136 NE 2440485 NG 2352778 NI 3617763 NL 2759794 NO 3143244 NP 1283240 NZ 2179537 OM 287286
PA 3703443 PE 3936456 PG 2088122 PH 1701668 PK 1176615 PL 756135 PT 2267057 PY 3439389 QA 290030 RO 683506 RS 792680
RU 524901 RW 202061 SA 108410 SB 2108502 SC 241131 SD 379252 SE 2673730 SG 1880252 SI 3196359 SK 3060972 SL 2409306
SM 3168070 SN 2253354 SO 53654 SR 3383330 SS 373303 ST 2410763 SV 3583361 SY 170654 SZ 934985 TD 2427123 TG 2365267
TH 1609350 TJ 1221874 TL 1645457 TM 162183 TN 2464470 TO 4032402 TR 323786 TT 3573890 TW 1668341 TZ 160196 UA 703448
UG 232422 US 4140963 UY 3441575 UZ 1512569 VA 6691831 VC 3577887 VE 3646738 VN 1581130 VU 2135171 WS 4035413 YE 71137
ZA 964137 ZM 909137 ZW 890299
"""

RUSSIAN = re.compile(r"[А-Яа-яЁё '’-]+")
FOREIGN_CYRILLIC = re.compile(r"[\u0400-\u04ff](?<![А-Яа-яЁё])")


@pytest.fixture(scope="module")
def rows():
    return list(cities())


@pytest.fixture(scope="module")
def by_id(rows):
    return {row.geoname_id: row for row in rows}


@pytest.fixture(scope="module")
def largest(rows):
    """(country, English name) → the largest city of that name."""
    return {(row.country_code, row.name_en): row for row in reversed(rows)}


def well_known():
    with Path(__file__).with_name("well_known_cities.csv").open(encoding="utf-8", newline="") as lines:
        return [tuple(row.values()) for row in csv.DictReader(lines)]


def test_well_known_cities_are_called_what_russians_call_them(largest):
    wrong = {
        (country, english): (row := largest.get((country, english))) and row.name_ru
        for country, english, russian in well_known()
        if (country, english) not in largest or largest[country, english].name_ru != russian
    }
    assert len(well_known()) >= 120
    assert not wrong


def test_every_national_capital_has_a_russian_name(by_id):
    words = CAPITALS.split()
    capitals = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert [code for code, key in capitals.items() if by_id[key].country_code != code] == []
    assert [by_id[key].name_ru for key in capitals.values() if not RUSSIAN.fullmatch(by_id[key].name_ru)] == []


def test_the_1500_largest_cities_have_russian_names(rows):
    assert [row for row in rows[:1500] if not RUSSIAN.fullmatch(row.name_ru)] == []


def test_every_city_of_russia_has_a_russian_name(rows):
    assert [row for row in rows if row.country_code == "RU" and not RUSSIAN.fullmatch(row.name_ru)] == []


def test_no_name_or_alias_has_letters_of_other_cyrillic_alphabets(rows):
    spelled = [name for row in rows for name in (row.name_ru, row.name_en, *row.aliases)]
    assert [name for name in spelled if FOREIGN_CYRILLIC.search(name)] == []


def test_a_russian_name_is_never_half_latin(rows):
    mixed = re.compile(r"(?=.*[A-Za-z])(?=.*[А-Яа-яЁё])")
    assert [row.name_ru for row in rows if mixed.search(row.name_ru)] == []


def test_the_gazetteer_is_complete_and_quick():
    start = time.process_time()
    rows, places = list(cities()), list(countries())
    assert time.process_time() - start < 20  # under 3 s on a quiet machine
    assert len(rows) > 30_000 and len({row.geoname_id for row in rows}) == len(rows)
    assert len(places) > 240 and {row.country_code for row in rows} <= {place.code for place in places}
    assert [row.population for row in rows] == sorted((row.population for row in rows), reverse=True)


def test_aliases_are_few_useful_and_not_the_names_again(by_id):
    petersburg, vienna = by_id[498817], by_id[2761369]
    assert {"Питер", "СПб", "Ленинград"} <= set(petersburg.aliases)
    assert "Wien" in vienna.aliases and "Vienna" not in vienna.aliases
    assert all(len(row.aliases) <= 30 for row in by_id.values())


def test_two_records_of_one_place_are_one_city(rows):
    assert len([row for row in rows if (row.country_code, row.name_ru) == ("EG", "Новый Каир")]) == 1


@pytest.mark.parametrize(
    ("code", "russian", "english", "currency"),
    [
        ("CZ", "Чехия", "Czechia", "CZK"),
        ("US", "США", "United States", "USD"),
        ("GB", "Великобритания", "United Kingdom", "GBP"),
        ("AE", "ОАЭ", "United Arab Emirates", "AED"),
        ("KR", "Южная Корея", "South Korea", "KRW"),
        ("BG", "Болгария", "Bulgaria", "EUR"),
        ("KY", "Острова Кайман", "Cayman Islands", "KYD"),
        ("BT", "Бутан", "Bhutan", "BTN"),
        ("XK", "Косово", "Kosovo", "EUR"),
    ],
)
def test_countries_have_everyday_names_and_their_own_money(code, russian, english, currency):
    row = {place.code: place for place in countries()}[code]
    assert (row.name_ru, row.name_en, row.currency) == (russian, english, currency)


@pytest.mark.parametrize(
    ("pinyin", "russian"),
    [("Guangyuan", "Гуанъюань"), ("Xi’an", "Сиань"), ("Huizhou", "Хуэйчжоу"), ("Lüliang", "Люйлян"),
     ("Siping", "Сыпин"), ("Jinan", "Цзинань"), ("Ürümqi", None)],
)  # fmt: skip
def test_pinyin_becomes_russian_by_palladius(pinyin, russian):
    assert palladius(pinyin) == russian


@pytest.mark.parametrize(
    ("hepburn", "russian"),
    [("Hachiōji", "Хатиодзи"), ("Sapporo", "Саппоро"), ("Beppu", "Бэппу"), ("Shimonoseki", "Симоносэки"),
     ("Toyota", "Тоёта"), ("Saitama", "Сайтама"), ("Lima", None)],
)  # fmt: skip
def test_hepburn_becomes_russian_by_polivanov(hepburn, russian):
    assert polivanov(hepburn) == russian
