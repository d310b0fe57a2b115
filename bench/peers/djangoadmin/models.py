"""Our tables as Django sees them: only what the lists show, filter or search."""

from django.db import models

DEALS = [("rent", "аренда"), ("buy", "покупка")]
STATUSES = [("draft", "черновик"), ("new", "новый"), ("in_work", "в работе"), ("done", "закрыт")]
STATUSES += [("cancelled", "отменён"), ("expired", "истёк")]
SOURCES = [(word, word) for word in ("site", "quick", "repeat", "api", "import", "demo")]
TYPES = [("apartment", "квартиру"), ("room", "комнату"), ("house", "дом"), ("land", "участок")]
TYPES += [("commercial", "помещение")]
ROLES = [("client", "клиент"), ("realtor", "риелтор"), ("agent", "агент"), ("supervisor", "супервизор")]
KINDS = [(word, word) for word in ("text", "voice", "image", "file", "system")]


class Router:
    """Our rows are in the second database, and nobody migrates it."""

    def db_for_read(self, model, **hints):
        return "rows" if model._meta.app_label == "djangoadmin" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return db == "default" and app_label != "djangoadmin"


class Country(models.Model):
    code = models.CharField(max_length=2)
    name_ru = models.CharField(max_length=120)

    class Meta:
        managed, db_table = False, "countries"

    def __str__(self):
        return self.name_ru


class City(models.Model):
    country = models.ForeignKey(Country, models.PROTECT)
    name_ru = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        managed, db_table = False, "cities"

    def __str__(self):
        return f"{self.name_ru}, {self.country.name_ru}"


class Agency(models.Model):
    name = models.CharField(max_length=160)

    class Meta:
        managed, db_table = False, "agencies"

    def __str__(self):
        return self.name


class User(models.Model):
    role = models.CharField("Роль", max_length=32, choices=ROLES)
    email = models.CharField("Почта", max_length=254, null=True)
    name = models.CharField("Имя", max_length=120)
    phone = models.CharField("Телефон", max_length=20, null=True)
    blocked_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField("Регистрация")

    class Meta:
        managed, db_table, verbose_name_plural = False, "users", "Люди"

    def __str__(self):
        return self.name


class Realtor(models.Model):
    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    city = models.ForeignKey(City, models.PROTECT)
    agency = models.ForeignKey(Agency, models.PROTECT)

    class Meta:
        managed, db_table = False, "realtors"


class Inquiry(models.Model):
    number = models.IntegerField("№")
    client = models.ForeignKey(User, models.PROTECT, verbose_name="Клиент")
    city = models.ForeignKey(City, models.PROTECT, verbose_name="Город")
    deal = models.CharField("Сделка", max_length=32, choices=DEALS)
    status = models.CharField("Состояние", max_length=32, choices=STATUSES)
    source = models.CharField("Источник", max_length=32, choices=SOURCES)
    property_type = models.CharField("Объект", max_length=32, choices=TYPES)
    rooms = models.JSONField()
    wishes = models.TextField()
    awaiting_realtor = models.BooleanField("Ждёт риелтора")
    acceptances = models.IntegerField("Отклики")
    created_at = models.DateTimeField("Создан")
    published_at = models.DateTimeField("Опубликован", null=True)

    class Meta:
        managed, db_table, verbose_name_plural = False, "inquiries", "Запросы"


class Conversation(models.Model):
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True)
    client = models.ForeignKey(User, models.PROTECT, verbose_name="Клиент", related_name="+")
    realtor = models.ForeignKey(User, models.PROTECT, verbose_name="Риелтор", related_name="+", null=True)
    open = models.BooleanField("Открыта")
    waiting_since = models.DateTimeField(null=True)
    last_preview = models.CharField("Последнее", max_length=160)
    last_seq = models.IntegerField("Сообщений")
    last_message_at = models.DateTimeField("Когда")

    class Meta:
        managed, db_table, verbose_name_plural = False, "conversations", "Переписки"


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, models.PROTECT)
    seq = models.IntegerField("№ сообщения")
    sender = models.ForeignKey(User, models.PROTECT, verbose_name="От кого", null=True)
    kind = models.CharField("Вид", max_length=32, choices=KINDS)
    created_at = models.DateTimeField("Отправлено")
    edited_at = models.DateTimeField("Исправлено", null=True)
    deleted_at = models.DateTimeField("Удалено", null=True)

    class Meta:
        managed, db_table, verbose_name_plural = False, "messages", "Сообщения"
