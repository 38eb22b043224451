"""What columns are called in files from elsewhere: field key → words in our three languages, folded when they are compared."""

from __future__ import annotations

SYNONYMS: dict[str, str] = {
    "name": "title|full name|display name|имя|название|наименование|фио|نام|عنوان|نام کامل",
    "title": "name|subject|lead name|название|тема|عنوان|موضوع",
    "first_name": "given name|имя|نام",
    "last_name": "surname|family name|фамилия|نام خانوادگی",
    "phones": "phone|telephone|tel|mobile|phone number|телефон|тел|номер телефона|تلفن|شماره تلفن|موبایل",
    "phones.mobile": "mobile|mobile phone|cell|cell phone|мобильный|мобильный телефон|сотовый|موبایل|تلفن همراه|همراه",
    "phones.work": "work phone|office phone|business phone|рабочий телефон|تلفن محل کار|تلفن دفتر",
    "phones.home": "home phone|домашний телефон|تلفن منزل",
    "phones.fax": "fax|факс|فکس|نمابر",
    "emails": "email|e mail|mail|email address|почта|эл почта|электронная почта|имейл|ایمیل|پست الکترونیک|رایانامه",
    "emails.work": "work email|рабочая почта|ایمیل کاری",
    "webs": "website|web site|web|url|homepage|сайт|веб сайт|وب سایت|سایت|تارنما",
    "company": "account|account name|organization|organisation|client|customer|компания|организация|клиент|контрагент|شرکت|سازمان|مشتری",
    "companies": "company|account|account name|organization|organisation|компания|организация|شرکت|سازمان",
    "company_name": "company|account|organization|компания|организация|شرکت",
    "contact": "contact name|person|client name|контакт|контактное лицо|مخاطب|شخص",
    "owner": "sales agent|agent|seller|sales rep|salesperson|responsible|assigned to|deal owner|manager|"
    "ответственный|менеджер|продавец|مسئول|کارشناس|فروشنده",
    "stage": "deal stage|status|phase|step|стадия|этап|статус|مرحله|وضعیت",
    "amount": "value|close value|deal value|sum|total|price|revenue|сумма|стоимость|бюджет|مبلغ|ارزش|قیمت",
    "amount.currency": "currency|валюта|ارز|واحد پول",
    "price": "sales price|unit price|list price|цена|стоимость|قیمت|بها",
    "expected_close": "close date|closing date|expected close date|дата закрытия|ожидаемая дата закрытия|تاریخ بستن",
    "opened_on": "engage date|open date|start date|begin date|дата начала|تاریخ شروع",
    "closed_on": "closed date|date closed|завершена|дата завершения|تاریخ پایان",
    "products": "product|items|товар|товары|продукт|کالا|محصول|محصولات",
    "number": "id|no|deal id|opportunity id|code|номер|код|شماره|کد",
    "code": "sku|article|article number|product code|артикул|код|کد|کد کالا",
    "section": "series|category|group|family|раздел|категория|группа|دسته|گروه",
    "sector": "industry|branch|отрасль|сфера|сфера деятельности|صنعت|حوزه",
    "employees": "number of employees|headcount|staff|сотрудники|сотрудников|кол во сотрудников|کارکنان|تعداد کارکنان",
    "revenue": "annual revenue|turnover|выручка|годовой оборот|оборот|درآمد|گردش مالی",
    "founded": "year established|established|founded in|year founded|год основания|سال تاسیس",
    "parent": "subsidiary of|parent company|parent account|holding|головная компания|شرکت مادر",
    "address": "full address|postal address|адрес|نشانی|آدرس",
    "address.street": "street|street address|улица|خیابان",
    "address.city": "city|town|город|شهر",
    "address.region": "state|region|province|область|регион|استان",
    "address.postcode": "zip|zip code|postal code|postcode|индекс|почтовый индекс|کد پستی",
    "address.country": "country|office location|location|страна|کشور",
    "tax_id": "inn|vat|vat number|tax number|инн|شناسه ملی|کد اقتصادی",
    "position": "job title|role|title|должность|سمت",
    "source": "lead source|channel|источник|منبع|کانال",
    "comments": "comment|notes|note|description|remarks|комментарий|комментарии|примечание|описание|توضیحات|یادداشت",
    "wants": "message|request|comment|description|запрос|сообщение|درخواست|پیام",
    "tags": "tag|labels|метки|теги|برچسب|برچسب ها",
    "birthday": "date of birth|birth date|дата рождения|день рождения|تاریخ تولد",
    "lost_reason": "loss reason|reason lost|причина отказа|دلیل شکست",
    "probability": "chance|win probability|вероятность|احتمال",
    "department": "team|group|отдел|команда|بخش|تیم",
    "office": "regional office|branch|location|офис|филиал|دفتر|شعبه",
    "@changed": "modified|modified time|last modified|last modified date|changed|updated|updated at|дата изменения|изменено|изменен|"
    "تاریخ ویرایش|تغییر",
    "@created": "created|created at|created on|created time|date created|creation date|дата создания|создано|تاریخ ایجاد|ایجاد شده",
    "@moved": "stage changed|stage changed on|in stage since|дата смены стадии|تاریخ تغییر مرحله",
    "@id": "id|record id|external id|source id|ид|идентификатор|شناسه",
}
"""For every type that has such a field."""
OF_TYPES: dict[str, dict[str, str]] = {
    "lead": {
        "title": "lead title|enquiry|название лида|тема обращения|عنوان سرنخ",
        "person_name": "name|full name|contact name|contact|person|client name|first name|last name|surname|given name|имя|фамилия|отчество|фио|"
        "контакт|контактное лицо|клиент|نام|نام خانوادگی|نام و نام خانوادگی|نام کامل|مخاطب|نام مشتری",
        "company_name": "company|company name|account|account name|organization|organisation|employer|название компании|компания|организация|"
        "شرکت|نام شرکت|سازمان",
        "stage": "lead status|lead stage|stage|status|статус лида|стадия|статус|وضعیت|مرحله",
        "amount": "amount|budget|expected revenue|opportunity amount|бюджет|сумма|مبلغ|بودجه|ارزش",
    },
    "contact": {
        "position": "title|job title|designation|job position|должность|سمت",
        "companies": "company|company name|account|account name|organization|employer|компания|название компании|организация|место работы|"
        "شرکت|نام شرکت|سازمان",
        "name": "contact name|contact|person|фио|имя фамилия|контакт|контактное лицо|نام و نام خانوادگی|نام مخاطب",
        "last_name": "last name|фамилия|نام خانوادگی",
        "first_name": "first name|имя|имя отчество|نام",
    },
    "company": {
        "name": "account|account name|company|company name|organization|organization name|client|customer|название компании|компания|организация|"
        "контрагент|клиент|شرکت|نام شرکت|سازمان|مشتری",
        "kind": "account type|company type|type|тип компании|тип|نوع|نوع شرکت",
    },
    "deal": {
        "name": "deal|deal name|deal title|opportunity|opportunity name|potential name|title|subject|название сделки|сделка|тема|نام معامله|"
        "عنوان معامله|"
        "عنوان|معامله",
        "kind": "type|deal type|тип|тип сделки|نوع|نوع معامله",
        "stage": "stage|deal stage|pipeline stage|стадия сделки|этап сделки|этап|стадия|مرحله|مرحله معامله",
        "expected_close": "close date|closing date|expected closing|предполагаемая дата закрытия|дата закрытия|تاریخ بستن|تاریخ پیش بینی",
        "owner": "sales agent|manager|менеджер|ответственный|کارشناس فروش|مسئول",
    },
    "product": {
        "name": "product|product name|item|item name|товар|наименование|название товара|наименование товара|کالا|نام کالا|محصول|نام محصول",
        "is_active": "product active|active|on sale|активен|активность|فعال",
        "section": "product category|section|раздел|گروه کالا",
    },
    "user": {
        "name": "name|full name|user name|user|first name|last name|sales agent|agent|employee|имя|фамилия|фио|сотрудник|менеджер|نام|نام خانوادگی|"
        "نام و نام خانوادگی|کارمند|کارشناس|کاربر",
        "department": "department|team|manager|group|отдел|команда|руководитель|بخش|تیم|مدیر",
        "office": "office|regional office|branch|region|офис|филиал|регион|دفتر|شعبه",
    },
    "activity": {
        "subject": "subject|title|summary|activity|task|event|topic|тема|название|задача|дело|موضوع|عنوان",
        "due_at": "due|due date|deadline|start|start time|start date|start datetime|call start time|from|date|when|срок|крайний срок|"
        "дата начала|дата|начало|"
        "سررسید|مهلت|تاریخ|زمان|شروع",
        "done_at": "done|completed on|completed at|closed time|done time|marked as done time|дата завершения|завершено|تاریخ انجام|انجام شده",
        "kind": "type|activity type|kind|тип|вид|тип дела|نوع|نوع فعالیت",
        "direction": "call type|direction|тип звонка|направление|جهت|نوع تماس",
        "duration": "duration|call duration|call duration in minutes|длительность|продолжительность|مدت",
        "result": "result|outcome|call result|результат|итог|نتیجه",
        "place": "place|location|venue|место|место встречи|محل|مکان",
        "body": "description|note|notes|text|comment|comments|описание|комментарий|заметка|توضیحات|یادداشت|متن",
        "owner": "owner|assigned to|assigned to user|host|responsible|исполнитель|ответственный|مسئول",
    },
}
"""For one type alone; tried before the others."""
