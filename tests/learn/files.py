"""Invented supplier files in many shapes, each with what its columns mean. Every name, number and price is made up."""

from __future__ import annotations

from typing import NamedTuple

from gateway.identifiers import gs1_check_digit


def _checked(digits: str) -> str:
    return f"{digits}{gs1_check_digit(digits)}"


_NUMBERS = {f"g{n}": _checked(f"73500010{n:04}") for n in range(1, 8)}
_NUMBERS |= {f"s{n}": _checked(f"373500010{n:08}") for n in range(1, 5)}
_NUMBERS |= {"hub": "7350001000015", "unit": "7350001000022", "seller": "5500006597"}


class Sample(NamedTuple):
    """`means`: for each column the standard one, `-` for none. `open`: a person must look, for a reason that is true."""

    name: str
    document: str
    means: str
    text: str
    encoding: str = "utf-8"
    open: bool = False
    newline: str = "\r\n"

    @property
    def file(self) -> str:
        """What the file is called tells nothing."""
        return f"{self.name.replace(' ', '-')}.csv"

    @property
    def raw(self) -> bytes:
        text = self.text.format(**_NUMBERS).strip("\n") + "\n"
        return text.replace("\n", self.newline).encode(self.encoding)

    @property
    def columns(self) -> list[str]:
        return ["" if name == "-" else name for name in self.means.split()]


ORDERS = [
    Sample("skogsfika", "order", "order_number order_date line article description quantity unit price delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;À-pris;Leveransdag;Mottagare
26-000123;20.11.2026;1;77-1203;Undersökningshandske nitril, M;5;krt;64,90;24.11.2026;Förskolan Björken
26-000123;20.11.2026;2;K-9;Kaffe mellanrost;2,5;kg;39,90;24.11.2026;Förskolan Björken
""", "windows-1252"),
    Sample("gammelsystem", "order", "order_number order_date line article description quantity unit delivery_from unit_name", """
BESTÄLLNINGSNR;BESTÄLLNINGSDATUM;RAD;ARTIKELNR;BENÄMNING;ANTAL;ENHET;LEVERANSDAG;MOTTAGARE
26-000124;20261120;1;1001;MJÖLK 3% ÅKERBO;12;l;20261123;ÄNGSKOLAN
26-000124;20261120;2;1002;GRÄDDE;3;l;20261123;ÄNGSKOLAN
""", "cp850"),
    Sample("tabbygg", "order", "order_number line article gtin description quantity unit delivery_from order_date hub_gln", """
Order no\tLine\tItem no\tEAN\tItem name\tQty\tUoM\tDelivery date\tOrder date\tDelivery GLN
26-000125\t1\tSP-10\t{g1}\tSkruv 4x40\t10\tfrp\t2026-11-30\t2026-11-20\t{hub}
26-000125\t2\tSP-11\t{g2}\tSpik 50 mm\t4\tfrp\t2026-11-30\t2026-11-20\t{hub}
"""),
    Sample("komma engelsk", "order", "order_number order_date line article description quantity unit price currency delivery_from unit_name", """
Order number,Order date,Line number,Product code,Product name,Quantity,Unit,Unit price,Currency,Requested delivery date,Recipient
26-000126,2026-11-20,1,PN-1,"Copy paper, A4",20,box,249.00,SEK,2026-11-25,Town hall
26-000126,2026-11-20,2,PN-2,Pens blue,5,pkt,31.50,SEK,2026-11-25,Town hall
"""),
    Sample("utan radnr", "order", "order_number order_date article description quantity unit delivery_from unit_name", """
Ordernummer;Datum;Artikelnummer;Artikelbenämning;Mängd;Måttenhet;Önskad leveransdag;Godsmottagare
26-000127;2026-11-20;A1;Blomjord 40 l;10;säck;2026-11-27;Parkenheten
26-000127;2026-11-20;A2;Gräsfrö;3;kg;2026-11-27;Parkenheten
"""),
    Sample("två enheter", "order", "order_number order_date line article description quantity unit unit_name delivery_from", """
Ordernr;Orderdatum;Radnr;Artikelnr;Benämning;Kvantitet;Måttenhet;Enhet;Leveransdatum
26-000128;2026-11-20;10;B-1;Tvål;6;fl;Förskolan Eken;2026-11-26
26-000128;2026-11-20;20;B-2;Papper;2;bal;Förskolan Eken;2026-11-26
""", open=True),
    Sample("utf sexton", "order", "order_number order_date line article description quantity unit delivery_from hub_name hub_street hub_postal_code hub_city label_text", """
Ordernr\tOrderdatum\tRad\tArtnr\tBenämning\tAntal\tEnhet\tLevdatum\tLeveransplats\tGatuadress\tPostnr\tOrt\tGodsmärke
26-000129\t2026-11-20\t1\tX1\tÖronproppar\t4\task\t2026-11-28\tHubben\tHubbvägen 1\t750 00\tExempelstad\tBJÖRKEN 2
26-000129\t2026-11-20\t2\tX2\tSkyddsglasögon\t4\tst\t2026-11-28\tHubben\tHubbvägen 1\t750 00\tExempelstad\tBJÖRKEN 2
""", "utf-16"),
    Sample("med märke", "order", "order_number order_date line article description quantity unit price delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Nettopris;Lev.datum;Mottagande enhet
26-000130;2026-11-20;1;9001;Ostbågar;3;krt;120,00;2026-12-01;Fritidsgården
26-000130;2026-11-20;2;9002;Saft;6;fl;24,50;2026-12-01;Fritidsgården
""", "utf-8-sig"),
    Sample("tusental", "order", "order_number order_date line article description quantity unit price amount delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Pris;Radbelopp;Leveransdag;Mottagare
26-000131;2026-11-20;1;M-1;Skrivbord höj- och sänkbart;2;st;4 990,00;9 980,00;2026-12-04;Stadshuset
26-000131;2026-11-20;2;M-2;Kontorsstol;2;st;2 495,00;4 990,00;2026-12-04;Stadshuset
""", "windows-1252"),
    Sample("dag månad", "order", "order_number order_date line article description quantity unit delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Leveransdag;Mottagare
26-000132;03/11/2026;1;T-1;Tröja;2;st;05/11/2026;Hemtjänsten
26-000132;03/11/2026;2;T-2;Byxa;2;st;05/11/2026;Hemtjänsten
""", open=True),
    Sample("dag månad år", "order", "order_number order_date line article description quantity unit delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Leveransdag;Mottagare
26-000133;20/11-26;1;T-1;Tröja;2;st;24/11-26;Hemtjänsten
26-000133;20/11-26;2;T-2;Byxa;2;st;24/11-26;Hemtjänsten
"""),
    Sample("kort datum", "order", "order_number order_date line article description quantity unit delivery_from unit_name", """
ORDER NR;ORDERDAT;POS;ART NR;VARUBENÄMNING;KVANT;ENH;LEVDAT;MOTTAGARE
26-000134;261120;1;5510;PLATTÅNG;1;ST;261127;VERKSTAD
26-000134;261120;2;5511;SÅGBLAD;10;ST;261127;VERKSTAD
""", "cp850"),
    Sample("många kolumner", "order", "order_number order_date customer_reference contract buyer_name ordered_by contact_telephone contact_email hub_gln unit_gln line article gtin description quantity unit price vat_percent amount delivery_from", """
Ordernr;Orderdatum;Er referens;Avtalsnr;Köpare;Beställare;Telefon;E-post;Leverans GLN;Mottagare GLN;Rad;Artnr;GTIN;Benämning;Antal;Enhet;Nettopris;Momssats;Radsumma;Leveransdatum
26-000135;2026-11-20;KIM-4120;2024-118;Exempelstads kommun;Kim Exempel;018-000 00 00;kim@exempelstad.example;{hub};{unit};1;77;{g1};Handskar;5;ask;64,90;25;324,50;2026-11-24
26-000135;2026-11-20;KIM-4120;2024-118;Exempelstads kommun;Kim Exempel;018-000 00 00;kim@exempelstad.example;{hub};{unit};2;78;{g2};Tvål;2;fl;20,00;25;40,00;2026-11-24
"""),
    Sample("okända kolumner", "order", "order_number order_date line article description quantity unit delivery_from unit_name - -", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Leveransdag;Mottagare;Lagerplats;Zxkod
26-000136;2026-11-20;1;C-1;Cement;5;säck;2026-11-29;Gatukontoret;H3;Q
26-000136;2026-11-20;2;C-2;Grus;2;ton;2026-11-29;Gatukontoret;H4;R
"""),
    Sample("utan rubrik", "order", "order_number order_date line gtin description quantity unit price", """
26-000137;2026-11-20;1;{g1};Kaffe mellanrost 450 g;12;st;39,90
26-000137;2026-11-20;2;{g2};Te grönt ekologiskt;6;st;12,50
""", open=True),
    Sample("brutto och netto", "order", "order_number order_date line article description quantity unit - price delivery_from unit_name", """
Ordernr;Orderdatum;Rad;Artnr;Benämning;Antal;Enhet;Bruttopris;Nettopris;Leveransdag;Mottagare
26-000138;2026-11-20;1;V-1;Vattenkokare;1;st;499,00;399,00;2026-11-30;Biblioteket
26-000138;2026-11-20;2;V-2;Brödrost;1;st;299,00;249,00;2026-11-30;Biblioteket
"""),
]
RESPONSES = [
    Sample("orderbesked", "order_response", "response_number response_date order_number order_line article description quantity unit line_status line_promised_from backorder_quantity", """
Svarsnr;Svarsdatum;Ordernr;Orderrad;Artnr;Benämning;Antal;Enhet;Radstatus;Leveransdag;Restantal
S-17;21.11.2026;26-000123;1;77-1203;Undersökningshandske nitril;5;krt;bekräftad;24.11.2026;
S-17;21.11.2026;26-000123;2;K-9;Kaffe mellanrost;2;kg;rest;26.11.2026;1
""", "windows-1252"),
    Sample("en rad", "order_response", "order_number response_date order_line article quantity unit line_status", """
Ert ordernr;Datum;Rad;Vårt artnr;Bekräftat antal;Enhet;Status
26-000124;2026-11-21;1;1001;12;l;ok
26-000124;2026-11-21;2;1002;0;l;slut
"""),
    Sample("engelskt besked", "order_response", "response_number response_date order_number order_line article description quantity unit line_status line_promised_from price currency", """
Confirmation no,Confirmation date,Your order no,Order line,Article no,Item description,Confirmed qty,UoM,Line status,Confirmed delivery date,Net price,Currency
C900,2026-11-21,26-000125,1,SP-10,Screws 4x40,10,pcs,confirmed,2026-11-30,12.50,SEK
C900,2026-11-21,26-000125,2,SP-11,Nails 50 mm,4,pcs,changed,2026-12-04,9.00,SEK
"""),
    Sample("egna rader", "order_response", "response_number response_date order_number line order_line article description quantity unit line_status", """
Ordererkännandenr;Ordererkännandedatum;Er order;Vår rad;Er rad;Artikelnr;Artikelnamn;Lev antal;Enh;Rad status
OE-1;2026-11-21;26-000126;1;10;A;Penna;5;st;Bekräftad
OE-1;2026-11-21;26-000126;2;20;B;Block;5;st;Ändrad
"""),
    Sample("koder", "order_response", "response_number response_date response_code order_number order_line article description quantity unit line_status", """
Bekräftelsenr;Bekräftelsedatum;Svarskod;Ordernummer;Orderradnr;Artikelnummer;Benämning;Antal;Enhet;Radstatus
B-5;2026-11-21;CA;26-000127;1;A1;Blomjord;10;C62;5
B-5;2026-11-21;CA;26-000127;2;A2;Gräsfrö;3;KGM;7
"""),
    Sample("ersättning", "order_response", "response_number response_date order_number order_line article description quantity unit line_status substitute_article substitute_description line_note", """
Svarsnr;Svarsdatum;Ordernr;Orderrad;Artnr;Benämning;Antal;Enhet;Radstatus;Ersättningsartikel;Ersättningsbenämning;Radtext
9;2026-11-21;26-000128;1;B-1;Tvål;6;fl;ersatt;B-9;Tvål parfymfri;Utgången färg
9;2026-11-21;26-000128;2;B-2;Papper;2;frp;bekräftad;;;
"""),
    Sample("okänd status", "order_response", "response_number response_date order_number order_line article quantity unit line_status", """
Svarsnr;Svarsdatum;Ordernr;Orderrad;Artnr;Antal;Enhet;Radstatus
9;2026-11-21;26-000129;1;X1;4;ask;Q1
9;2026-11-21;26-000129;2;X2;4;st;Q7
""", open=True),
    Sample("utan dag", "order_response", "order_number order_line article quantity unit line_status line_promised_from", """
Ordernr;Orderrad;Artnr;Antal;Enhet;Radstatus;Leveransdag
26-000130;1;9001;3;krt;OK;2026-12-01
26-000130;2;9002;6;fl;OK;2026-12-02
""", open=True),
    Sample("två svar", "order_response", "response_number response_date order_number order_line article quantity unit line_status", """
Svarsnr;Svarsdatum;Ordernr;Orderrad;Artnr;Antal;Enhet;Radstatus
1;2026-11-21;26-000131;1;M-1;2;st;bekräftad
2;2026-11-21;26-000132;1;T-1;2;st;bekräftad
""", open=True),
    Sample("beställt och bekräftat", "order_response", "response_number response_date order_number order_line article - quantity unit line_status", """
Svarsnr;Svarsdatum;Ordernr;Orderrad;Artnr;Beställt antal;Bekräftat antal;Enhet;Radstatus
7;2026-11-21;26-000133;1;T-1;4;2;st;delvis
7;2026-11-21;26-000133;2;T-2;2;2;st;bekräftad
"""),
]
DESPATCHES = [
    Sample("packat", "despatch_advice", "advice_number advice_date order_number order_line article description quantity unit parcels", """
Följesedelsnr;Följesedelsdatum;Ordernr;Orderrad;Artnr;Benämning;Levererat antal;Enhet;SSCC
F-1;2026-11-23;26-000123;1;77-1203;Handske;5;krt;{s1}
F-1;2026-11-23;26-000123;2;K-9;Kaffe;2,5;kg;{s2}
"""),
    Sample("gammalt packat", "despatch_advice", "advice_number advice_date order_number order_line article description quantity unit parcels carrier parcel_count", """
FÖLJESEDEL;DATUM;ORDERNR;RADNR;ARTNR;BENÄMNING;LEV ANTAL;ENHET;KOLLINR;TRANSPORTÖR;ANTAL KOLLI
4711;20261123;26-000124;1;1001;MJÖLK;12;l;{s1};Åkarn AB;2
4711;20261123;26-000124;2;1002;GRÄDDE;3;l;{s2};Åkarn AB;2
""", "cp850"),
    Sample("engelskt packat", "despatch_advice", "advice_number advice_date order_number order_line article gtin description quantity unit shipment tracking arrival_from", """
Delivery note no\tDelivery note date\tYour order no\tOrder line\tItem no\tGTIN\tItem name\tShipped qty\tUnit\tShipment no\tTracking number\tEstimated arrival
DN1\t2026-11-23\t26-000125\t1\tSP-10\t{g1}\tScrews\t10\tpcs\tSH-9\tTR123456\t2026-11-24
DN1\t2026-11-23\t26-000125\t2\tSP-11\t{g2}\tNails\t4\tpcs\tSH-9\tTR123456\t2026-11-24
"""),
    Sample("med rest", "despatch_advice", "advice_number advice_date order_number order_line article description quantity unit outstanding_quantity outstanding_reasons", """
Följesedelsnummer;Aviseringsdatum;Ert ordernummer;Er rad;Artikelnummer;Artikelnamn;Lev antal;Enhet;Restantal;Restorsak
8;2026-11-23;26-000126;1;PN-1;Kopieringspapper;18;krt;2;Slut på lagret
8;2026-11-23;26-000126;2;PN-2;Pennor;5;pkt;;
"""),
    Sample("utan enhet", "despatch_advice", "advice_number advice_date order_number order_line article quantity", """
Följesedelsnr;Följesedelsdatum;Ordernr;Orderrad;Artnr;Levererat antal
8;2026-11-23;26-000127;1;A1;10
8;2026-11-23;26-000127;2;A2;3
""", open=True),
    Sample("osäkert datum", "despatch_advice", "advice_number advice_date order_number order_line article description quantity unit arrival_from", """
Följesedelsnr;Följesedelsdatum;Ordernr;Orderrad;Artnr;Benämning;Levererat antal;Enhet;Leveransdatum
8;2026-11-23;26-000127;1;A1;Jord;10;säck;2026-11-24
8;2026-11-23;26-000127;2;A2;Frö;3;säck;2026-11-24
""", open=True),
    Sample("lodstreck", "despatch_advice", "advice_number advice_date order_number order_line article description quantity unit parcels", """
Leveransnr|Avidatum|Ordernr|Orderrad|Artnr|Benämning|Skickat antal|Enhet|Kolli-id
L1|2026-11-23|26-000128|1|B-1|Tvål|6|fl|{s3}
L1|2026-11-23|26-000128|2|B-2|Papper|2|frp|{s4}
"""),
]
CATALOGUES = [
    Sample("listan", "catalogue", "article gtin description pack_size unit price valid_from", """
Artikelnr;EAN;Benämning;Antal per förpackning;Enhet;Nettopris;Gäller från
1001;{g1};Kaffe mellanrost 450 g;12;frp;39,90;2026-11-01
1002;{g2};Te grönt;6;frp;1 249,00;2026-11-01
"""),
    Sample("engelsk lista", "catalogue", "article gtin description brand unit price currency minimum lead_time origin valid_from valid_to", """
Item number,GTIN,Product name,Brand,Order unit,Net price,Currency,Min order qty,Lead time (days),Country of origin,Valid from,Valid to
P-1,{g1},Copy paper A4,Bladet,box,249.00,SEK,5,2,SE,2026-11-01,2027-04-30
P-2,{g2},Pen blue,Skriv,pcs,4.50,SEK,10,2,DE,2026-11-01,2027-04-30
"""),
    Sample("enkel lista", "catalogue", "article description unit price", """
Art.nr;Benämning;Enhet;Pris
1;Morötter;kg;18,00
2;Potatis;kg;12,50
""", open=True),
    Sample("moms", "catalogue", "article description unit price vat_percent valid_from", """
Artikelnummer;Artikelbenämning;Säljenhet;Pris (SEK exkl moms);Moms %;Giltig fr.o.m.
10;Bröd;st;32,00;6;2026-11-01
11;Servett;frp;19,00;25;2026-11-01
"""),
    Sample("inklusive moms", "catalogue", "article description unit - valid_from", """
Artikelnummer;Artikelbenämning;Enhet;Pris inkl moms;Gäller från
10;Bröd;st;32,00;2026-11-01
11;Servett;frp;19,00;2026-11-01
""", open=True),
    Sample("mac", "catalogue", "article description text brand unit content content_unit price valid_from commodity_code", """
Produktnummer;Produktnamn;Lång beskrivning;Varumärke;Försäljningsenhet;Innehåll;Innehållsenhet;Avtalspris;Gäller från;UNSPSC
A1;Rengöring gul;Skurmedel för våtutrymmen, låg doft;Blänk;fl;1,5;l;49,00;2026-11-01;47131801
A2;Såpa grön;Mild såpa för alla ytor, även trä;Blänk;fl;1;l;39,00;2026-11-01;47131802
""", "mac-roman", newline="\n"),
    Sample("olika dagar", "catalogue", "article description unit price line_valid_from line_valid_to list_date", """
Artnr;Benämning;Enhet;Pris;Giltig från;Giltig till;Prislistedatum
7;Planka;m;22,00;2026-11-01;2027-01-31;2026-10-20
8;Regel;m;31,00;2026-12-01;2027-02-28;2026-10-20
"""),
    Sample("falska ean", "catalogue", "article gtin description unit price valid_from", """
Artnr;EAN;Benämning;Enhet;Pris;Gäller från
7;7350001000011;Planka;m;22,00;2026-11-01
8;7350001000012;Regel;m;31,00;2026-11-01
""", open=True),
    Sample("tre decimaler", "catalogue", "article description unit price valid_from", """
Artnr;Benämning;Enhet;Pris;Gäller från
7;Skruv;st;1,250;2026-11-01
8;Mutter;st;2,125;2026-11-01
""", open=True),
    Sample("artikel som ean", "catalogue", "article description unit price valid_from", """
Artikelnr;Benämning;Enhet;Pris;Gäller från
{g1};Skruv;st;1,25;2026-11-01
{g2};Mutter;st;2,15;2026-11-01
""", open=True),
    Sample("stavfel", "catalogue", "article description unit price valid_from", """
Artikelnumer;Benämnning;Enhet;Nettopriss;Gäller från
K1;Kavaj;st;799,00;2026-11-01
K2;Kjol;st;399,00;2026-11-01
""", "windows-1252"),
    Sample("citat", "catalogue", "article description unit price valid_from", """
"Artikelnr";"Benämning";"Enhet";"Nettopris";"Gäller från"
"K1";"Kavaj ""Nord""; blå";"st";"799,00";"2026-11-01"
"K2";"Kjol";"st";"399,00";"2026-11-01"
"""),
]
SAMPLES = [*ORDERS, *RESPONSES, *DESPATCHES, *CATALOGUES]
