"""amoCRM (Kommo): headings of its exports in Russian and English; a row of a deal carries its contact and company."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System

CONTACT = {
    "Рабочий телефон|Рабочий телефон (контакт)|Work phone": "phones.work", "Мобильный телефон|Мобильный телефон (контакт)|"
    "Mobile phone": "phones.mobile",
    "Домашний телефон|Домашний телефон (контакт)|Home phone": "phones.home", "Факс|Факс (контакт)|Fax": "phones.fax",
    "Рабочий прямой телефон|Рабочий прямой телефон (контакт)|Другой телефон|Другой телефон (контакт)|Other phone": "phones",
    "Рабочий email|Рабочий email (контакт)|Work email": "emails.work",
    "Личный email|Личный email (контакт)|Другой email|Другой email (контакт)|Private email|Other email": "emails",
}  # fmt: skip

AMOCRM = System(
    key="amocrm",
    name="amoCRM (Kommo)",
    short="amoCRM",
    shapes=(
        Shape("deal", "Название сделки|Этап сделки|Бюджет|Бюджет сделки|Статус сделки|Основной контакт|Теги сделки|Lead title|Lead stage", {
            "ID|ID сделки": "@id", "Название сделки|Lead title|Lead name": "name", "Этап сделки|Статус сделки|Этап|Lead stage|Stage": "stage",
            "Бюджет|Бюджет сделки|Бюджет, руб.|Бюджет руб.|Budget|Sale": "amount",
            "Ответственный|Ответственный за сделку|Responsible user|Responsible": "owner",
            "Дата создания|Дата создания (сделка)|Дата создания сделки|Created at|Creation date": "@created",
            "Дата редактирования|Дата изменения|Last modified": "@changed", "Дата закрытия|Closed at": "closed_on",
            "Компания|Название (компания)|Компания контакта|Company": "company", "Основной контакт|Полное имя (контакт)|Полное имя контакта|"
            "Main contact": "contact",
            "Теги сделки|Теги|Тег сделки|Lead tags|Tags": "tags", "Причина отказа|Loss reason": "lost_reason", "Источник сделки|Источник|"
            "Source": "source",
            "Примечание|Примечание 1|Примечание к сделке|Note": "comments",
            "utm_source": "utm_source", "utm_medium": "utm_medium", "utm_campaign": "utm_campaign", "utm_term": "utm_term",
            "utm_content": "utm_content",
        }),
        Shape("contact", "Полное имя (контакт)|Ответственный за контакт|Теги контакта|Тег контакта|Дата создания (контакт)|"
        "Полное имя контакта|Кем создан контакт", {
            **CONTACT, "ID": "@id", "Полное имя (контакт)|Полное имя контакта|Полное имя|Наименование|Full name": "name", "Имя|"
            "First name": "first_name",
            "Фамилия|Last name": "last_name", "Должность (контакт)|Должность|Position": "position",
            "Ответственный за контакт|Ответственный|Responsible user": "owner", "Дата создания (контакт)|Дата создания контакта|Дата создания|"
            "Created at": "@created",
            "Дата редактирования|Last modified": "@changed", "Название (компания)|Компания|Company": "companies", "Теги контакта|Тег контакта|"
            "Теги|Tags": "tags",
            "Примечание|Примечание 1|Примечание к контакту": "comments", "Адрес|Адрес (контакт)": "address",
        }),
        Shape("company", "Название (компания)|Ответственный за компанию|Теги компании|Тег компании|Дата создания (компания)|Кем создана компания", {
            "ID": "@id", "Название (компания)|Название компании|Компания": "name", "Ответственный за компанию|Ответственный": "owner",
            "Дата создания (компания)|Дата создания компании|Дата создания": "@created", "Дата редактирования": "@changed", "Адрес (компания)|"
            "Адрес": "address",
            "Рабочий телефон (компания)|Рабочий телефон": "phones.work", "Рабочий email (компания)|Рабочий email": "emails.work",
            "Сайт компании|Web|Сайт": "webs", "Тег компании|Теги компании|Теги": "tags", "Примечание|Примечание 1|"
            "Примечание к компании": "comments",
        }),
    ),
    stages="Неразобранное|Incoming leads|Новый|Первичный контакт|Initial contact|В работе|Переговоры|Discussions|Принимают решение|Decision making|"
    "Согласование договора|Contract discussion|Успешно реализовано|Closed - won|Закрыто и не реализовано|Closed - lost",
)  # fmt: skip
