"""The cities of the demo: how many ask there, how fast and how often realtors answer, and what homes cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    """``prices``: (low, high, step) in whole units, rent per month; ``median``: minutes to the first answer."""

    code: str
    name_en: str
    share: float
    realtors: int
    accepted: float
    median: float
    currency: str
    rent: tuple
    buy: tuple
    districts: tuple
    rents: float = 0.82


TOWNS = (
    Town("CZ", "Prague", 0.33, 6, 0.94, 6, "CZK", (18_000, 42_000, 1_000), (5_500_000, 14_000_000, 250_000),
         ("Винограды", "Жижков", "Смихов", "Карлин", "Дейвице")),
    Town("DE", "Berlin", 0.24, 5, 0.81, 14, "EUR", (900, 2_400, 50), (280_000, 750_000, 10_000),
         ("Шарлоттенбург", "Пренцлауэр-Берг", "Фридрихсхайн", "Панков"), 0.92),
    Town("CZ", "Brno", 0.08, 1, 0.33, 95, "CZK", (14_000, 28_000, 1_000), (4_000_000, 8_000_000, 200_000),
         ("Кралово-Поле", "Жабовржески", "Черна-Поле")),
    Town("GE", "Tbilisi", 0.14, 3, 0.9, 9, "USD", (500, 1_400, 50), (70_000, 220_000, 5_000),
         ("Ваке", "Сабуртало", "Вера", "Чугурети"), 0.86),
    Town("RS", "Belgrade", 0.12, 3, 0.77, 22, "EUR", (500, 1_300, 50), (110_000, 320_000, 5_000),
         ("Врачар", "Новый Белград", "Дорчол")),
    Town("ES", "Barcelona", 0.09, 2, 0.68, 38, "EUR", (1_000, 2_600, 50), (250_000, 800_000, 10_000),
         ("Грасия", "Побленоу", "Сантс"), 0.62),
)  # fmt: skip

UNSERVED = (("AT", "Vienna", 3), ("PT", "Lisbon", 2))  # where people already ask and nobody works yet

HOURS = (3, 2, 1, 1, 1, 2, 5, 12, 24, 36, 42, 44, 42, 40, 40, 42, 44, 46, 52, 60, 62, 50, 28, 10)  # of a day
WEEK = (1.12, 1.15, 1.1, 1.06, 0.98, 0.72, 0.84)  # from Monday


def further(code, name_en, random):
    """Another town of the gazetteer, with made-up but fixed ways."""
    return Town(
        code,
        name_en,
        share=random.uniform(0.01, 0.08),
        realtors=random.randint(1, 5),
        accepted=random.uniform(0.45, 0.95),
        median=random.uniform(5, 70),
        currency="EUR",
        rent=(500, 1_900, 50),
        buy=(90_000, 520_000, 10_000),
        districts=("центр", "старый город", "у вокзала"),
    )
