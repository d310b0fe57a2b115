"""The four lists with what Django offers for speed: relations come with a join, and nothing is asked for twice."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from bench.peers.djangoadmin.models import Conversation, Country, Inquiry, Message, User


def person(user):
    address = reverse("admin:djangoadmin_user_change", args=[user.id]) if user else ""
    return format_html('<a href="{}">{}</a>', address, user.name) if user else "—"


class Lists(admin.ModelAdmin):
    list_per_page = 50

    def lookup_allowed(self, lookup, value, request):
        return True

    def has_add_permission(self, request):
        return False


class Accepted(admin.SimpleListFilter):
    title, parameter_name = "Принят", "accepted"

    def lookups(self, request, model_admin):
        return [("1", "да")]

    def queryset(self, request, queryset):
        return queryset.filter(acceptances__gt=0) if self.value() else queryset


class InCountry(admin.SimpleListFilter):
    title, parameter_name = "Страна", "country"

    def lookups(self, request, model_admin):
        return [("CZ", "Чехия"), ("DE", "Германия"), ("GE", "Грузия"), ("RS", "Сербия")]

    def queryset(self, request, queryset):
        country = Country.objects.filter(code=self.value()).first() if self.value() else None
        return queryset.filter(city__country=country) if country else queryset


class Standing(admin.SimpleListFilter):
    title, parameter_name = "Состояние", "state"

    def lookups(self, request, model_admin):
        return [("blocked", "заблокирован"), ("deleted", "удалён")]

    def queryset(self, request, queryset):
        return queryset.filter(**{f"{self.value()}_at__isnull": False}) if self.value() else queryset


class Waiting(admin.SimpleListFilter):
    title, parameter_name = "Ждёт", "waiting"

    def lookups(self, request, model_admin):
        return [("1", "клиент ждёт")]

    def queryset(self, request, queryset):
        return queryset.filter(waiting_since__isnull=False, open=True) if self.value() else queryset


@admin.register(Inquiry)
class Inquiries(Lists):
    list_display = ("number", "state", "wanted", "city", "client_link", "acceptances", "created_at")
    list_select_related = ("client", "city__country")
    list_filter = ("status", "deal", InCountry, "source", "published_at", Accepted, "awaiting_realtor")
    search_fields = ("number", "wishes", "client__name", "client__email", "client__phone", "city__name_ru")
    search_fields += ("city__name_en",)
    ordering = ("-id",)

    @admin.display(description="Состояние")
    def state(self, row):
        return format_html('<span class="tag">{}</span>', row.get_status_display())

    @admin.display(description="Что нужно")
    def wanted(self, row):
        return f"{row.get_deal_display()}, {row.get_property_type_display()}, {', '.join(row.rooms)}"

    @admin.display(description="Клиент")
    def client_link(self, row):
        return person(row.client)


@admin.register(User)
class People(Lists):
    list_display = ("name", "role", "email", "phone", "city", "agency", "state", "created_at")
    list_select_related = ("realtor__city__country", "realtor__agency")
    list_filter = ("role", Standing)
    search_fields = ("name", "email", "phone")
    ordering = ("-id",)

    @admin.display(description="Город")
    def city(self, row):
        return row.realtor.city.name_ru if hasattr(row, "realtor") else None

    @admin.display(description="Агентство")
    def agency(self, row):
        return row.realtor.agency.name if hasattr(row, "realtor") else None

    @admin.display(description="Состояние")
    def state(self, row):
        word = "удалён" if row.deleted_at else "заблокирован" if row.blocked_at else "активен"
        return format_html('<span class="tag">{}</span>', word)


@admin.register(Conversation)
class Conversations(Lists):
    list_display = ("about", "client_link", "realtor_link", "open", "last_preview", "last_seq", "last_message_at")
    list_select_related = ("inquiry", "client", "realtor")
    list_filter = ("open", Waiting)
    search_fields = ("client__name", "client__email", "client__phone", "inquiry__number")
    ordering = ("-last_message_at",)

    @admin.display(description="Запрос")
    def about(self, row):
        return f"№ {row.inquiry.number}" if row.inquiry else "Поддержка"

    @admin.display(description="Клиент")
    def client_link(self, row):
        return person(row.client)

    @admin.display(description="Риелтор")
    def realtor_link(self, row):
        return person(row.realtor)


@admin.register(Message)
class Messages(Lists):
    list_display = ("about", "seq", "sender_link", "role", "kind", "created_at", "edited_at", "deleted_at")
    list_select_related = ("conversation__inquiry", "sender")
    list_filter = ("created_at", "kind")
    ordering = ("-id",)

    @admin.display(description="Запрос")
    def about(self, row):
        return f"№ {row.conversation.inquiry.number}" if row.conversation.inquiry else "Поддержка"

    @admin.display(description="От кого")
    def sender_link(self, row):
        return person(row.sender)

    @admin.display(description="Роль")
    def role(self, row):
        return row.sender.get_role_display() if row.sender else ""
