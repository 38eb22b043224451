"""Bitrix24: headings of its CSV and Excel exports in Russian and English."""

from __future__ import annotations

from daftar.exchange.knowing.systems.shape import Shape, System

REACH = {
    "Рабочий телефон|Work phone|Work Phone": "phones.work", "Мобильный телефон|Mobile phone|Mobile": "phones.mobile",
    "Домашний телефон|Home phone": "phones.home", "Номер факса|Fax number|Fax": "phones.fax",
    "Другой телефон|Телефон для рассылок|Номер пейджера|Other phone|Phone for newsletters|Pager number": "phones",
    "Рабочий e-mail|Work e-mail|Work email": "emails.work",
    "Частный e-mail|E-mail для рассылок|Другой e-mail|Home e-mail|Newsletters email|Other e-mail": "emails",
    "Корпоративный сайт|Личная страница|Другой сайт|Corporate website|Personal page|Other site|Other website": "webs",
    "Адрес|Address": "address", "Улица, номер дома|Street address|Address": "address.street", "Населенный пункт|City": "address.city",
    "Регион|Район|State / Province|Region": "address.region", "Почтовый индекс|Zip|Postal code": "address.postcode", "Страна|"
    "Country": "address.country",
    "Комментарий|Comment|Comments": "comments",
}  # fmt: skip
BESIDE = {
    "ID": "@id", "Дата создания|Created on|Created": "@created", "Дата изменения|Modified on|Modified": "@changed",
    "Ответственный|Responsible person|Responsible": "owner", "Источник|Source": "source",
}  # fmt: skip
MONEY = {
    "Возможная сумма|Сумма|Сумма сделки|Total|Amount|Expected amount|Income|Opportunity amount": "amount",
    "Валюта|Currency": "amount.currency",
}

BITRIX24 = System(
    key="bitrix24",
    name="Bitrix24",
    short="Bitrix24",
    shapes=(
        Shape("lead", "Название лида|Lead Name|Дополнительно о стадии|Дополнительно о статусе|Status information|Дополнительно об источнике", {
            **REACH, **BESIDE, **MONEY, "Название лида|Lead Name": "title", "Имя|Фамилия|Отчество|First Name|Last Name|Second Name|"
            "Middle name": "person_name",
            "Название компании|Company name|Company": "company_name", "Должность|Position": "position",
            "Стадия|Статус|Stage|Status|Lead status": "stage", "Дополнительно об источнике|Source information": "source_details",
            "Причина отказа": "lost_reason",
        }),
        Shape("contact", "Тип контакта|Contact type|Обращение|Участвует в экспорте контактов|Included in export|Доступен для всех", {
            **REACH, **BESIDE, "Имя|First Name": "first_name", "Фамилия|Last Name": "last_name", "Отчество|Second Name|Middle name": "first_name",
            "Имя, Фамилия|Полное имя|Full name": "name",
            "Обращение|Salutation": "salutation", "Дата рождения|Date of birth": "birthday", "Компания|Company": "companies",
            "Компания: Название компании|Company: Company name": "companies", "Должность|Position": "position",
        }),
        Shape("company", "Название компании|Тип компании|Кол-во сотрудников|Годовой оборот|Company type|Реквизит (Россия): ИНН", {
            **REACH, **BESIDE, "Название компании|Company name|Company": "name", "Тип компании|Company type": "kind", "Сфера деятельности|"
            "Industry": "sector",
            "Кол-во сотрудников|Employees|Number of employees": "employees", "Годовой оборот|Annual income|Annual revenue": "revenue",
            "Реквизит (Россия): ИНН|ИНН": "tax_id", "Реквизит (Россия): ОГРН": "registration_number",
            "Реквизит (Россия): Полное наименование организации": "legal_name", "Реквизит (Россия): Адрес|Юридический адрес": "legal_address",
            "Банковский реквизит (Россия): Наименование банка": "bank_name", "Банковский реквизит (Россия): Расчётный счёт": "bank_account",
            "Банковский реквизит (Россия): БИК": "bank_code",
        }),
        Shape("deal", "Стадия сделки|Название сделки|Deal stage|Deal name|Предполагаемая дата закрытия|Воронка|Направление", {
            **BESIDE, **MONEY, "Название сделки|Название|Deal name|Name": "name", "Стадия сделки|Стадия|Deal stage|Stage": "stage",
            "Компания|Компания: Название компании|Company|Company: Company name": "company", "Контакт|Contact": "contact",
            "Вероятность|Вероятность, %|Probability": "probability", "Дата начала|Start date|Begin date": "opened_on",
            "Предполагаемая дата закрытия|Дата завершения|Expected close date|End date|Close date": "expected_close", "Тип|Тип сделки|Type|"
            "Deal type": "kind",
            "Комментарий|Comment": "comments", "Дополнительно об источнике|Source information": "source_details", "Причина отказа": "lost_reason",
        }),
        Shape("product", "Символьный код|Раздел|Родительский раздел|Цена|Product section", {
            "ID": "@id", "Название|Название товара|Name|Product name": "name", "Цена|Price": "price", "Валюта|Currency": "price.currency",
            "Раздел|Section|Product section": "section", "Артикул|SKU": "code", "Активность|Активен|Active": "is_active", "Описание|"
            "Description": "description",
        }),
    ),
    stages="Не обработан|Новая|Новый|New|Unassigned|В работе|In progress|Назначена ответственный|Обработан|Processed|Подготовка документов|"
    "Prepare documents|Cчёт на предоплату|Счёт на предоплату|Prepayment invoice|Final invoice|Финальный счёт|Сделка успешна|Качественный лид|"
    "Deal won|"
    "Good lead|Некачественный лид|Сделка провалена|Анализ причины провала|Deal lost|Analyze failure|Junk lead",
)  # fmt: skip
