"""Templates for reporting: other formats, other places, other names than those for developing; nothing is tuned on them."""

from __future__ import annotations

import random
from collections.abc import Callable

from classification.making import Template, date_of, digits, grouped, iban, letters, luhn, one_of, until, weighted
from classification.persons import CITIES, TOGETHER, names


def _full(locale: str, form: str = "{g} {f}") -> Callable[[random.Random], str]:
    given, family = names(locale)
    return lambda r: form.format(g=r.choice(given), f=r.choice(family))


def _given(locale: str) -> Callable[[random.Random], str]:
    return lambda r: r.choice(names(locale)[0])


def _family(locale: str) -> Callable[[random.Random], str]:
    return lambda r: r.choice(names(locale)[1])


def _together(locale: str, joint: str = "") -> Callable[[random.Random], str]:
    family, given = (words.split() for words in TOGETHER[locale])
    return lambda r: r.choice(family) + joint + r.choice(given)


def _mail(r: random.Random) -> str:
    return f"{letters(r, 1, 'abcdefg')}{letters(r, 6, 'aeioulmnrst')}@{r.choice(['firma.de', 'posteo.net', 'uni-x.edu', 'correo.mx', 'mail.ru'])}"


def _codice(r: random.Random) -> str:
    body = (
        letters(r, 6, "BCDFGLMNRST")
        + f"{r.randint(30, 99)}{r.choice('ABCDEHLMPRST')}{r.randint(1, 28):02}{r.choice('ABCDEFGHIL')}{digits(r, 3)}"
    )
    odd = dict(
        zip(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (
                1,
                0,
                5,
                7,
                9,
                13,
                15,
                17,
                19,
                21,
                1,
                0,
                5,
                7,
                9,
                13,
                15,
                17,
                19,
                21,
                2,
                4,
                18,
                20,
                11,
                3,
                6,
                8,
                12,
                14,
                16,
                10,
                22,
                25,
                24,
                23,
            ),
            strict=True,
        )
    )
    total = sum(odd[c] if place % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for place, c in enumerate(body))
    return body + chr(65 + total % 26)


def _swedish(r: random.Random) -> str:
    number = luhn(date_of(r, 1940, 1999)[2:].replace("-", "") + digits(r, 3))
    return f"{number[:6]}-{number[6:]}"


def _finnish(r: random.Random) -> str:
    date, serial = date_of(r, 1940, 1999, "{d:02}{m:02}") + f"{r.randint(40, 99)}", f"{r.randint(2, 899):03}"
    return f"{date}-{serial}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(date + serial) % 31]}"


def _tckn(r: random.Random) -> str:
    d = [int(c) for c in str(r.randint(100_000_000, 999_999_999))]
    tenth = (sum(d[0::2]) * 7 - sum(d[1::2])) % 10
    return "".join(map(str, [*d, tenth, (sum(d) + tenth) % 10]))


def _sin(r: random.Random) -> str:
    return grouped(luhn(r.choice("1234567") + digits(r, 7)), (3, 3, 3), " ")


def _rut(r: random.Random) -> str:
    body = str(r.randint(5_000_000, 24_999_999))
    check = 11 - sum(int(c) * (2 + place % 6) for place, c in enumerate(reversed(body))) % 11
    return f"{int(body):,}".replace(",", ".") + "-" + {10: "K", 11: "0"}.get(check, str(check))


def _chinese(r: random.Random) -> str:
    body = r.choice(["110101", "310104", "440305", "330106", "510107"]) + date_of(r, 1950, 2003).replace("-", "") + digits(r, 3)
    return body + "10X98765432"[weighted(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), 11)]


def _korean(r: random.Random) -> str:
    body = date_of(r, 1950, 1999)[2:].replace("-", "") + r.choice("12") + digits(r, 5)
    return f"{body[:6]}-{body[6:]}{(11 - weighted(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), 11)) % 10}"


def _tfn(r: random.Random) -> str | None:
    number = str(r.randint(1, 9)) + digits(r, 8)
    return number if weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11) == 0 else None


def _idnr(r: random.Random) -> str:
    while True:
        body = [r.randint(1, 9)] + [r.randint(0, 9) for _ in range(9)]
        counts = sorted(body.count(d) for d in set(body))
        if counts == [1] * 8 + [2]:
            break
    product = 10
    for d in body:
        total = (d + product) % 10 or 10
        product = total * 2 % 11
    return "".join(map(str, body)) + str((11 - product) % 10)


def _south_african(r: random.Random) -> str:
    return luhn(date_of(r, 1950, 1999)[2:].replace("-", "") + digits(r, 4) + "08")


def _dea(r: random.Random) -> str:
    d = [r.randint(0, 9) for _ in range(6)]
    return r.choice("AB") + letters(r, 1) + "".join(map(str, d)) + str((d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10)


def _loinc(r: random.Random) -> str:
    number = luhn(str(r.randint(100, 99999)))
    return f"{number[:-1]}-{number[-1]}"


def _clinic_note(r: random.Random) -> str:
    seen = f"Pt {_full('en')(r)} seen today, history of {r.choice(['hypertension', 'asthma', 'type 2 diabetes'])}, MRN {digits(r, 7)}, follow up in {r.randint(2, 9)} weeks"
    return seen if r.random() < 0.6 else f"No show, appointment {digits(r, 4)} was moved to next week by the front desk"


def _document(r: random.Random) -> str:
    return f'{{"order": {r.randint(1, 9999)}, "card": {{"pan": "{luhn("51" + digits(r, 13))}"}}, "tags": ["a", "b"]}}'


HEX, BASE = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
T = Template
POSITIVE = (
    T("email", "EMAIL", True, ("kontakt_email", "correo_electronico", "MAIL_ADDR"), _mail),
    T("phone-gb", "PHONE", True, ("tel_no", "contact_number"), lambda r: f"07{r.choice(['400', '700', '911', '812'])} {digits(r, 6)}"),
    T(
        "phone-br",
        "PHONE",
        True,
        ("celular",),
        lambda r: f"+55 {r.choice(['11', '21', '31'])} 9{r.choice('6789')}{digits(r, 3)}-{digits(r, 4)}",
        "pt",
    ),
    T(
        "phone-e164",
        "PHONE",
        True,
        ("msisdn",),
        lambda r: r.choice([f"+447911{digits(r, 6)}", f"+336{digits(r, 8)}", f"+39333{digits(r, 7)}", f"+34612{digits(r, 6)}"]),
        "xx",
    ),
    *(
        T(f"full-{code}", "PERSON_NAME", True, ("client_name", "cardholder", "nome_completo"), _full(code), code)
        for code in ("pt", "nl", "pl", "sv", "cs", "tr")
    ),
    T("full-ko", "PERSON_NAME", True, ("이름", "member_name"), _together("ko"), "ko"),
    T("full-zh", "PERSON_NAME", True, ("姓名",), _together("zh"), "zh"),
    T("full-ar", "PERSON_NAME", True, ("customerFullName",), _full("ar"), "ar"),
    T("full-el", "PERSON_NAME", True, ("customer_full_name",), _full("el"), "el"),
    T("full-hi", "PERSON_NAME", True, ("patientName",), _full("hi"), "hi"),
    T("full-title", "PERSON_NAME", True, ("physician_name",), _full("en", "Dr. {g} {f}")),
    *(
        T(f"given-{code}", "GIVEN_NAME", True, ("FirstName", "imie", "given_nm"), _given(code), code, 20)
        for code in ("fr", "pl", "tr", "it")
    ),
    *(
        T(f"family-{code}", "FAMILY_NAME", True, ("LastName", "apellidos", "achternaam"), _family(code), code, 20)
        for code in ("es", "nl", "sv")
    ),
    *(
        T(f"city-{code}", "CITY", True, ("wohnort", "ciudad", "home_city"), one_of(CITIES[code]), code, 20)
        for code in ("fr", "it", "pl", "ru")
    ),
    T(
        "address-fr",
        "STREET_ADDRESS",
        True,
        ("adresse",),
        lambda r: f"{r.randint(1, 180)} rue {r.choice(['de la Paix', 'Victor Hugo', 'des Lilas', 'du Moulin'])}",
        "fr",
    ),
    T(
        "address-us",
        "STREET_ADDRESS",
        True,
        ("billing_address",),
        lambda r: (
            f"{r.randint(1, 999)} {r.choice(['Elm', 'Cedar'])} Blvd Apt {r.randint(1, 40)}, {r.choice(['Denver', 'Boise'])}, CO {digits(r, 5)}"
        ),
    ),
    T("birth-eu", "BIRTH_DATE", False, ("birthDate", "fecha_nacimiento"), lambda r: date_of(r, 1940, 2004, "{d:02}.{m:02}.{y}")),
    T("gender-de", "GENDER", True, ("geschlecht",), one_of("männlich weiblich divers"), "de"),
    T("marital-de", "MARITAL_STATUS", True, ("familienstand",), one_of("ledig verheiratet geschieden verwitwet"), "de"),
    T("ipv6", "IP_ADDRESS", True, ("src_ip",), lambda r: ":".join(letters(r, 4, HEX) for _ in range(8))),
    T("mac-dash", "MAC_ADDRESS", True, ("device_mac",), lambda r: "-".join(letters(r, 2, "0123456789ABCDEF") for _ in range(6))),
    T("passport-de", "PASSPORT", False, ("reisepassnummer", "passportNum"), lambda r: "C" + letters(r, 2, "FGHJKLM") + digits(r, 6), "de"),
    T("driver", "DRIVER_LICENSE", False, ("drivers_license_no",), lambda r: letters(r, 1) + digits(r, 7)),
    T("user", "USERNAME", False, ("user_name",), lambda r: f"{letters(r, 5, 'aeioulmnrst')}.{r.randint(1, 99)}"),
    T(
        "postcode-gb",
        "POSTAL_CODE",
        False,
        ("postcode",),
        lambda r: f"{letters(r, 2, 'BCDEGLMS')}{r.randint(1, 29)} {r.randint(1, 9)}{letters(r, 2, 'ABDEFGH')}",
    ),
    T("age", "AGE", False, ("patient_age", "alter"), lambda r: str(r.randint(0, 99)), "en", 90),
    T("income", "SALARY", False, ("monthly_income",), lambda r: f"{r.randint(1500, 9000)}.00"),
    T(
        "ssn-plain",
        "US_SSN",
        False,
        ("SSN", "socialSecurityNo"),
        lambda r: f"{r.randint(1, 665):03}{r.randint(1, 99):02}{r.randint(1, 9999):04}",
    ),
    T("codice", "IT_CODICE_FISCALE", True, ("codice_fiscale",), _codice, "it"),
    T("personnummer", "SE_PERSONNUMMER", True, ("personnummer",), _swedish, "sv"),
    T("hetu", "FI_HETU", True, ("henkilotunnus",), _finnish, "fi"),
    T("tckn", "TR_TCKN", True, ("tc_kimlik",), _tckn, "tr"),
    T("sin", "CA_SIN", True, ("sin",), _sin, "en"),
    T("rut", "CL_RUT", True, ("rut",), _rut, "es"),
    T("china", "CN_RESIDENT_ID", True, ("resident_id",), _chinese, "zh"),
    T("korea", "KR_RRN", True, ("rrn",), _korean, "ko"),
    T("tfn", "AU_TFN", True, ("tfn",), until(_tfn), "en"),
    T("idnr", "DE_TAX_ID", True, ("steuer_id",), _idnr, "de"),
    T("za", "ZA_ID", True, ("rsa_id",), _south_african, "en"),
    T("mastercard", "CREDIT_CARD", True, ("pan", "kreditkarte"), lambda r: grouped(luhn("54" + digits(r, 13)), (4, 4, 4, 4), " ")),
    T(
        "iban-fr",
        "IBAN",
        True,
        ("iban_number",),
        lambda r: grouped(iban(r, "FR", "n" * 10 + "n" * 11 + "nn"), (4, 4, 4, 4, 4, 4, 3), " "),
        "fr",
    ),
    T(
        "bic",
        "BIC",
        True,
        ("swift_code",),
        lambda r: letters(r, 4) + r.choice(["DE", "FR", "GB", "US", "CH"]) + letters(r, 2, "ABCDEFGH2345") + r.choice(["", "XXX"]),
    ),
    T("expiry", "CARD_EXPIRY", False, ("card_exp",), lambda r: f"{r.randint(1, 12):02}/{r.randint(25, 32)}"),
    T("account", "BANK_ACCOUNT", False, ("acct_no",), lambda r: digits(r, 12)),
    T("mrn", "MEDICAL_RECORD_NUMBER", False, ("patient_mrn", "hospital_number"), lambda r: digits(r, 8)),
    T("member", "HEALTH_INSURANCE_ID", False, ("insurance_member_id",), lambda r: letters(r, 3) + digits(r, 9)),
    T("dea", "DEA_NUMBER", True, ("dea_no",), _dea),
    T("loinc", "LOINC", True, ("loinc_code",), _loinc),
    T("ndc", "NDC", True, ("ndc_code",), lambda r: f"{digits(r, 5)}-{digits(r, 4)}-{digits(r, 2)}"),
    T(
        "condition",
        "DIAGNOSIS",
        True,
        ("primary_diagnosis", "diagnose"),
        one_of(
            "Major depressive disorder|Atrial fibrillation|COPD|Osteoporosis|Breast cancer|Hypothyroidism|Rheumatoid arthritis|Celiac disease|Sleep apnea|Plantar fasciitis|Shoulder strain|Vitamin B12 deficiency"
        ),
        "en",
        12,
    ),
    T(
        "rx",
        "MEDICATION",
        True,
        ("prescription",),
        one_of("amlodipine|losartan|gabapentin|trazodone|clonazepam|levothyroxine|prednisone|tramadol|brexpiprazole|icosapent"),
        "en",
        10,
    ),
    T("stripe", "API_TOKEN", True, ("secret_key",), lambda r: "sk_live_" + letters(r, 24, BASE)),
    T("slack", "API_TOKEN", True, ("bot_token",), lambda r: f"xoxb-{digits(r, 11)}-{digits(r, 11)}-{letters(r, 24, BASE)}"),
    T("gitlab", "API_TOKEN", True, ("access_token",), lambda r: "glpat-" + letters(r, 20, BASE)),
    T(
        "pem",
        "PRIVATE_KEY",
        True,
        ("ssh_key",),
        lambda r: f"-----BEGIN RSA PRIVATE KEY-----\nMII{letters(r, 60, BASE)}\n-----END RSA PRIVATE KEY-----",
    ),
    T("argon", "PASSWORD_HASH", True, ("pwd",), lambda r: f"$argon2id$v=19$m=65536,t=3,p=4${letters(r, 22, BASE)}${letters(r, 43, BASE)}"),
    T("secret", "PASSWORD", False, ("passwd", "user_password"), lambda r: letters(r, 9, BASE) + r.choice("!?*")),
    T(
        "mongo",
        "CONNECTION_STRING",
        True,
        ("conn_str",),
        lambda r: f"mongodb+srv://svc:{letters(r, 10, BASE)}@c{r.randint(1, 9)}.mongo.example/app{digits(r, 2)}",
    ),
    T("konfession", "RELIGION", True, ("konfession",), one_of("evangelisch|katholisch|muslimisch|jüdisch|konfessionslos"), "de"),
    T(
        "ethnic-uk",
        "ETHNICITY",
        True,
        ("ethnic_group",),
        one_of("White British|Black African|British Indian|Asian British|Mixed Race|Arab"),
    ),
    T("partei", "POLITICAL_OPINION", True, ("partei",), one_of("CDU|SPD|FDP|AfD|Die Linke|Grüne"), "de"),
    T("union", "UNION_MEMBERSHIP", True, ("union_name",), one_of("IG Metall|Unison|Teamsters|SEIU|CGT|GMB|UAW")),
    T("genes", "GENETIC_DATA", True, ("snp_id",), lambda r: "rs" + str(r.randint(1000, 99999999))),
    T("clinical", "MEDICAL_RECORD_NUMBER|DIAGNOSIS|PERSON_NAME", True, ("clinical_notes",), _clinic_note),
    T("document", "CREDIT_CARD", True, ("body", "raw"), _document),
)
NEGATIVE = (
    T("lot", None, True, ("lot_number",), lambda r: f"{r.randint(100, 899)}-{r.randint(10, 99)}-{digits(r, 4)}"[:11].replace("-", "/", 1)),
    T("bin-location", None, True, ("bin_location",), lambda r: f"{r.choice('ABCDEF')}{digits(r, 2)}.{digits(r, 1)}"),
    T("serial-9", None, True, ("serial", "lot"), lambda r: digits(r, 9)),
    T("serial-10", None, True, ("invoice_number",), lambda r: "20" + digits(r, 8)),
    T("serial-12", None, True, ("tracking_number",), lambda r: digits(r, 12)),
    T("serial-14", None, True, ("pallet",), lambda r: digits(r, 14)),
    T("serial-15", None, True, ("asset_number",), lambda r: "35" + digits(r, 13)),
    T("serial-8", None, True, ("document_no",), lambda r: digits(r, 8)),
    T("iso-week", None, True, ("week",), lambda r: f"{r.randint(2019, 2024)}-W{r.randint(1, 52):02}"),
    T("ship-date", None, True, ("shipped_on", "due_date"), lambda r: date_of(r, 2020, 2024, "{d:02}/{m:02}/{y}")),
    T("semver", None, True, ("release",), lambda r: f"v{r.randint(0, 9)}.{r.randint(0, 40)}.{r.randint(0, 99)}"),
    T("version-4", None, True, ("firmware",), lambda r: f"{r.randint(1, 12)}.{r.randint(0, 9)}.{r.randint(0, 59)}.{r.randint(0, 20)}"),
    T("epoch-float", None, True, ("ts",), lambda r: f"{r.randint(1_600_000_000, 1_730_000_000)}.{digits(r, 3)}"),
    T("sha1", None, True, ("commit",), lambda r: letters(r, 40, HEX)),
    T("ulid", None, True, ("event_id",), lambda r: "01H" + letters(r, 23, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")),
    T("snowflake", None, True, ("message_id",), lambda r: str(r.randint(10**17, 9 * 10**17))),
    T("amount", None, True, ("total_amount",), lambda r: f"{r.randint(1, 90)},{r.randint(0, 999):03}.{digits(r, 2)}"),
    T("temperature", None, True, ("temperature",), lambda r: f"{r.uniform(-20, 40):.1f}"),
    T("percent", None, True, ("discount",), lambda r: f"{r.randint(0, 100)}%", "en", 80),
    T("month", None, True, ("month",), one_of("January February March April May June July August")),
    T("plan", None, True, ("plan_name",), one_of("free starter team business enterprise")),
    T("http", None, True, ("http_status",), one_of("200 201 204 301 302 400 401 403 404 500 502 503")),
    T(
        "film",
        None,
        True,
        ("film_title",),
        lambda r: (
            f"The {r.choice(['Last', 'Silent', 'Golden', 'Broken'])} {r.choice(['River', 'Summer', 'Empire', 'Harbor'])} {r.choice(['', 'II', 'Returns'])}".strip()
        ),
    ),
    T(
        "dish",
        None,
        True,
        ("menu_item",),
        one_of("Caesar Salad|Tomato Soup|Grilled Salmon|Apple Pie|Beef Stew|Green Curry|Fish Tacos|Lemon Tart"),
    ),
    T("server", None, True, ("hostname",), lambda r: f"web-{digits(r, 2)}.{r.choice(['eu', 'us'])}.internal"),
    T("warehouse", None, True, ("warehouse_name",), lambda r: f"WH {r.choice(['North', 'South', 'East'])} {r.randint(1, 40)}"),
    T("mime", None, True, ("content_type",), one_of("text/html application/json image/png text/css video/mp4")),
    T(
        "class",
        None,
        True,
        ("class_name",),
        lambda r: f"com.acme.{r.choice(['io', 'web', 'db'])}.{letters(r, 1)}{letters(r, 5, 'aeioulmnr')}Service",
    ),
    T("dimension", None, True, ("dimensions",), lambda r: f"{r.randint(5, 90)}x{r.randint(5, 90)}x{r.randint(5, 90)}"),
    T(
        "review",
        None,
        True,
        ("review",),
        lambda r: (
            f"Great {r.choice(['quality', 'value', 'colour'])}, arrived in {r.randint(1, 9)} days and works {r.choice(['well', 'as described', 'perfectly'])}"
        ),
    ),
    T("sensor", None, True, ("sensor_reading",), lambda r: f"{r.uniform(0, 1):.6f}"),
    T("isbn", None, True, ("isbn",), lambda r: "978" + digits(r, 10)),
    T("gtin-13", None, True, ("gtin",), lambda r: r.choice(["50", "87"]) + digits(r, 11)),
    T("team", None, True, ("team",), one_of("Platform|Payments|Data Science|Growth|Customer Success|Design Systems")),
    T("train", None, True, ("train_no",), lambda r: f"{r.choice(['ICE', 'TGV', 'RE'])} {r.randint(1, 9999)}"),
    T("chassis", None, True, ("model_code",), lambda r: f"{letters(r, 3)}-{digits(r, 3)}{letters(r, 1)}"),
    T("base64", None, True, ("thumbnail_hash",), lambda r: letters(r, 27, BASE) + "="),
    T("ratio", None, True, ("aspect_ratio",), lambda r: f"{r.randint(1, 21)}:{r.randint(1, 21)}"),
    T("id-17", None, True, ("parcel_no",), lambda r: r.choice("123456789") + digits(r, 16)),
    T("year", None, True, ("fiscal_year",), lambda r: str(r.randint(1995, 2024)), "en", 29),
    T("country-code", None, True, ("market",), one_of("NA EMEA APAC LATAM")),
)
TEMPLATES = POSITIVE + NEGATIVE
