"""Statement files as banks write them: camt.053 of two versions, 1C's client-bank text, tables."""

CAMT_02 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T21:00:00+01:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>S1</Id><CreDtTm>2026-11-20T21:00:00+01:00</CreDtTm>
   <FrToDt><FrDtTm>2026-11-19T00:00:00</FrDtTm><ToDtTm>2026-11-20T23:59:59</ToDtTm></FrToDt>
   <Acct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id><Ccy>EUR</Ccy></Acct>
   <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-18</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1320.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
   <Ntry>
    <Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-11-19</Dt></BookgDt><ValDt><Dt>2026-11-19</Dt></ValDt><AcctSvcrRef>BANK-1</AcctSvcrRef>
    <NtryDtls><TxDtls>
     <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
     <AmtDtls><TxAmt><Amt Ccy="USD">108.00</Amt></TxAmt></AmtDtls>
     <RltdPties><Dbtr><Nm>Tucker Ltd</Nm><Id><OrgId><Othr><Id>GB123456789</Id></Othr></OrgId></Id></Dbtr>
      <DbtrAcct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id></DbtrAcct></RltdPties>
     <RmtInf><Ustrd>Invoice INV-2026-00042</Ustrd><Ustrd>thank you</Ustrd></RmtInf>
    </TxDtls></NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-20T09:00:00</DtTm></BookgDt>
    <NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
     <TxDtls><Refs><EndToEndId>PAY-1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">120.00</Amt></TxAmt></AmtDtls>
      <RltdPties><Dbtr><Nm>Weber &amp; Sohn GmbH</Nm></Dbtr></RltdPties>
      <RmtInf><Strd><RfrdDocInf><Nb>INV-2026-00043</Nb></RfrdDocInf></Strd></RmtInf></TxDtls>
     <TxDtls><Refs><EndToEndId>PAY-2</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">180.00</Amt></TxAmt></AmtDtls></TxDtls>
    </NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">80.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>
    <NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Landlord</Nm></Cdtr></RltdPties></TxDtls></NtryDtls><AddtlNtryInf>Rent</AddtlNtryInf>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">55.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
"""

CAMT_08 = """<?xml version="1.0" encoding="UTF-8"?>
<d:Document xmlns:d="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><d:BkToCstmrStmt><d:GrpHdr><d:MsgId>M2</d:MsgId></d:GrpHdr>
<d:Stmt><d:Id>S2</d:Id><d:Acct><d:Id><d:Othr><d:Id>12345</d:Id></d:Othr></d:Id></d:Acct>
<d:Ntry><d:Amt Ccy="CHF">50.5</d:Amt><d:CdtDbtInd>CRDT</d:CdtDbtInd><d:RvslInd>true</d:RvslInd><d:Sts><d:Cd>BOOK</d:Cd></d:Sts>
<d:BookgDt><d:Dt>2026-11-20</d:Dt></d:BookgDt><d:NtryDtls><d:TxDtls><d:Refs><d:AcctSvcrRef>R9</d:AcctSvcrRef></d:Refs><d:Amt Ccy="CHF">50.5</d:Amt>
<d:CdtDbtInd>CRDT</d:CdtDbtInd><d:RltdPties><d:Dbtr><d:Pty><d:Nm>Müller AG</d:Nm></d:Pty></d:Dbtr></d:RltdPties></d:TxDtls></d:NtryDtls></d:Ntry>
</d:Stmt></d:BkToCstmrStmt></d:Document>
"""

ONE_C = """1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Банк
ДатаНачала=19.11.2026
ДатаКонца=20.11.2026
РасчСчет=40702810400000001111
СекцияРасчСчет
ДатаНачала=19.11.2026
ДатаКонца=20.11.2026
РасчСчет=40702810400000001111
НачальныйОстаток=1000.00
ВсегоПоступило=1500.50
ВсегоСписано=300.00
КонечныйОстаток=2200.50
КонецРасчСчет
СекцияДокумент=Платежное поручение
Номер=77
Дата=18.11.2026
Сумма=1500.50
ПлательщикСчет=40702810900000012345
ДатаПоступило=19.11.2026
Плательщик=ИНН 7701234567 ООО "Ромашка"
ПлательщикИНН=7701234567
ПолучательСчет=40702810400000001111
Получатель1=ООО Наша фирма
НазначениеПлатежа=Оплата по счету № СЧ-2026-0015 от 15.11.2026
В т.ч. НДС 20%
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=12
Дата=20.11.2026
Сумма=300.00
ПлательщикСчет=40702810400000001111
ДатаСписано=20.11.2026
Плательщик1=ООО Наша фирма
ПолучательСчет=40702810100000099999
Получатель1=ООО "Аренда"
ПолучательИНН=7702222222
НазначениеПлатежа1=Аренда
НазначениеПлатежа2=за ноябрь
КонецДокумента
КонецФайла
"""

RUSSIAN_CSV = """Выписка по счету;40702810400000001111;;;;
Период;01.11.2026 - 30.11.2026;;;;
Дата операции;Номер документа;Сумма по дебету;Сумма по кредиту;Контрагент;ИНН контрагента;Назначение платежа
19.11.2026;77;;1 500,50;ООО "Ромашка";7701234567;Оплата по счету № 15
20.11.2026;12;300,00;;ООО "Аренда";7702222222;Аренда за ноябрь
Итого;;300,00;1 500,50;;;
"""

PERSIAN_CSV = """تاریخ,شماره پیگیری,مبلغ واریز (ریال),مبلغ برداشت (ریال),مانده,شرح,نام واریز کننده
۱۴۰۵/۰۸/۲۸,۱۲۳۴۵۶,"۱۵٬۰۰۰٬۰۰۰",۰,"۲۵٬۰۰۰٬۰۰۰",بابت فاکتور ۴۲,شرکت سپهر داده
۱۴۰۵/۰۸/۲۹,۱۲۳۴۵۷,۰,"۳٬۰۰۰٬۰۰۰","۲۲٬۰۰۰٬۰۰۰",اجاره,
"""

ENGLISH_CSV = """"Booking Date","Value Date","Amount (EUR)","Payer","IBAN","Payment details","Reference"
"2026-11-19","2026-11-19","100.00","Tucker Ltd","GB33BUKB20201555555555","Invoice INV-2026-00042","B1"
"2026-11-20","2026-11-20","-80.00","Landlord","","Rent","B2"
"""

GERMAN_CSV = "Buchungstag;Betrag;Currency;Name;Verwendungszweck\n19.11.26;1.234,56;EUR;Müller;RG 42\n20.11.26;12,00-;EUR;Bank;Gebühr\n"
