"""Templates for developing the classifier. Reporting uses none of these: see `reporting.py`."""

from __future__ import annotations

import random
from collections.abc import Callable

from classification.making import Template, date_of, digits, iban, letters, luhn, one_of, until, verhoeff, weighted
from classification.persons import CITIES, PEOPLE, TOGETHER, names


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


def _email(r: random.Random) -> str:
    given, family = names("en")
    return f"{r.choice(given)}.{r.choice(family)}{r.randint(1, 99)}@{r.choice(['gmail.com', 'example.org', 'acme.co.uk'])}".lower()


def _nhs(r: random.Random) -> str | None:
    body = digits(r, 9)
    check = 11 - weighted(body, range(10, 1, -1), 11)
    return None if check == 10 else body + str(check % 11)


def _bsn(r: random.Random) -> str | None:
    body = str(r.randint(1, 9)) + digits(r, 7)
    check = weighted(body, range(9, 1, -1), 11)
    return None if check > 9 else body + str(check)


def _dni(r: random.Random) -> str:
    body = digits(r, 8)
    return body + "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23]


def _cpf(r: random.Random) -> str:
    body = digits(r, 9)
    for size in (9, 10):
        body += str((weighted(body, range(size + 1, 1, -1), 11) * 10) % 11 % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def _pesel(r: random.Random) -> str:
    body = date_of(r, 1940, 1999)[2:].replace("-", "") + digits(r, 4)
    return body + str(-weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10) % 10)


def _nir(r: random.Random) -> str:
    body = f"{r.choice('12')}{r.randint(30, 99)}{r.randint(1, 12):02}{r.randint(1, 95):02}{digits(r, 3)}{digits(r, 3)}"
    return body + f"{97 - int(body) % 97:02}"


def _npi(r: random.Random) -> str:
    return luhn("80840" + r.choice("12") + digits(r, 8))[5:]


def _routing(r: random.Random) -> str:
    body = f"{r.randint(1, 12):02}{digits(r, 6)}"
    return body + str(-weighted(body, (3, 7, 1, 3, 7, 1, 3, 7), 10) % 10)


def _ean(r: random.Random) -> str:
    body = "40" + digits(r, 10)
    return body + str(-weighted(body, (1, 3) * 6, 10) % 10)


def _address(r: random.Random) -> str:
    return f"{r.randint(1, 9999)} {r.choice(['Oak', 'Maple', 'High', 'Mill', 'Park', 'Church'])} {r.choice(['Street', 'Ave', 'Road', 'Ln', 'Drive'])}"


def _note(r: random.Random) -> str:
    asked = f"Spoke with {_full('en')(r)} about the invoice, reply to {_email(r)} please"
    return (
        asked
        if r.random() < 0.4
        else r.choice(
            ["Left a message on the machine and", "Customer was satisfied with the result,", "Nothing further needed for now and"]
        )
        + f" ticket {r.randint(1, 99999)} closed"
    )


def _product(r: random.Random) -> str:
    return f"{r.choice(['Oak', 'Steel', 'Classic', 'Ultra', 'Jordan', 'Madison', 'Green'])} {r.choice(['Chair', 'Lamp', 'Kettle', 'Desk', 'Shoe', 'Bottle'])} {r.choice(['XL', 'Pro', 'Mini', '2000', 'Set'])}"


def _json(r: random.Random) -> str:
    return f'{{"user": {{"email": "{_email(r)}"}}, "items": {r.randint(1, 9)}}}'


HEX = "0123456789abcdef"
T = Template
POSITIVE = (
    T("email", "EMAIL", True, ("email", "customer_email", "eMailAddress"), _email),
    T(
        "phone-us",
        "PHONE",
        True,
        ("phone", "phone_number"),
        lambda r: f"({r.choice(['212', '415', '303', '617', '206'])}) {r.randint(200, 999)}-{digits(r, 4)}",
    ),
    T("phone-de", "PHONE", True, ("telefon", "mobile"), lambda r: f"+49 {r.choice(['151', '160', '171', '176'])} {digits(r, 8)}", "de"),
    T("phone-fr", "PHONE", True, ("telephone",), lambda r: f"0{r.choice('67')} " + " ".join(digits(r, 2) for _ in range(4)), "fr"),
    *(
        T(f"full-{code}", "PERSON_NAME", True, ("full_name", "customer_name", "contact_name"), _full(code), code)
        for code in ("en", "de", "fr", "es", "ru", "in")
    ),
    T("full-ja", "PERSON_NAME", True, ("氏名", "customer_name"), _together("ja"), "ja"),
    T("full-comma", "PERSON_NAME", True, ("patient_name",), _full("it", "{f}, {g}"), "it"),
    *(
        T(f"given-{code}", "GIVEN_NAME", True, ("first_name", "vorname", "prenom"), _given(code), code, 20)
        for code in ("en", "de", "es", "ru")
    ),
    *(
        T(f"family-{code}", "FAMILY_NAME", True, ("last_name", "nachname", "surname"), _family(code), code, 20)
        for code in ("en", "fr", "it")
    ),
    *(
        T(f"city-{code}", "CITY", True, ("city", "ville", "residence_city"), one_of(CITIES[code]), code, 20)
        for code in ("en", "de", "es", "ja")
    ),
    T("address", "STREET_ADDRESS", True, ("address", "street_address"), _address),
    T(
        "address-de",
        "STREET_ADDRESS",
        True,
        ("anschrift",),
        lambda r: f"{r.choice(['Haupt', 'Garten', 'Bahnhof', 'Linden'])}straße {r.randint(1, 200)}",
        "de",
    ),
    T("birth", "BIRTH_DATE", False, ("date_of_birth", "dob", "geburtsdatum"), lambda r: date_of(r, 1935, 2005)),
    T("gender", "GENDER", True, ("gender", "sex"), one_of("Male Female Other")),
    T("gender-mf", "GENDER", True, ("gender",), one_of("M F")),
    T("marital", "MARITAL_STATUS", True, ("marital_status",), one_of("single married divorced widowed")),
    T("ipv4", "IP_ADDRESS", True, ("ip_address", "client_ip"), lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4))),
    T("mac", "MAC_ADDRESS", True, ("mac_address",), lambda r: ":".join(letters(r, 2, HEX) for _ in range(6))),
    T("imei", "IMEI", True, ("imei",), lambda r: luhn("35" + digits(r, 12))),
    T("passport", "PASSPORT", False, ("passport_no", "passport_number"), lambda r: r.choice("CFGHJK") + digits(r, 8)),
    T("plate", "LICENSE_PLATE", False, ("license_plate",), lambda r: f"{letters(r, 3)} {digits(r, 4)}"),
    T("username", "USERNAME", False, ("username", "login_name"), lambda r: f"{r.choice(names('en')[0]).lower()}_{r.randint(1, 999)}"),
    T("zip", "POSTAL_CODE", False, ("zip_code", "postal_code"), lambda r: digits(r, 5)),
    T("age", "AGE", False, ("age",), lambda r: str(r.randint(18, 95)), "en", 70),
    T("salary", "SALARY", False, ("annual_salary",), lambda r: str(r.randint(24, 180) * 500)),
    T(
        "ssn",
        "US_SSN",
        True,
        ("ssn", "social_security_number"),
        lambda r: f"{r.randint(1, 665):03}-{r.randint(1, 99):02}-{r.randint(1, 9999):04}",
    ),
    T(
        "nino",
        "UK_NINO",
        True,
        ("ni_number", "nino"),
        lambda r: f"{r.choice('ABCEGHJ')}{r.choice('ABCEGHJ')}{digits(r, 6)}{r.choice('ABCD')}",
    ),
    T("nhs", "UK_NHS_NUMBER", True, ("nhs_number",), until(_nhs)),
    T("bsn", "NL_BSN", True, ("bsn",), until(_bsn), "nl"),
    T("dni", "ES_DNI", True, ("dni",), _dni, "es"),
    T("cpf", "BR_CPF", True, ("cpf",), _cpf, "pt"),
    T("pesel", "PL_PESEL", True, ("pesel",), _pesel, "pl"),
    T("nir", "FR_NIR", True, ("numero_secu",), _nir, "fr"),
    T("aadhaar", "IN_AADHAAR", True, ("aadhaar",), lambda r: verhoeff(r.choice("23456789") + digits(r, 10)), "in"),
    T("pan-in", "IN_PAN", True, ("pan_number",), lambda r: f"{letters(r, 3)}P{letters(r, 1)}{digits(r, 4)}{letters(r, 1)}", "in"),
    T("visa", "CREDIT_CARD", True, ("card_number", "cc_number"), lambda r: luhn("4" + digits(r, 14))),
    T("iban-de", "IBAN", True, ("iban",), lambda r: iban(r, "DE", "n" * 18), "de"),
    T("routing", "US_ROUTING_NUMBER", True, ("routing_number",), _routing),
    T("cvv", "CARD_CVV", False, ("cvv",), lambda r: digits(r, 3)),
    T("account", "BANK_ACCOUNT", False, ("account_number", "bank_account_number"), lambda r: digits(r, 10)),
    T("mrn", "MEDICAL_RECORD_NUMBER", False, ("mrn", "medical_record_number"), lambda r: "MRN" + digits(r, 7)),
    T("npi", "NPI", True, ("npi",), _npi),
    T(
        "icd",
        "ICD_CODE",
        True,
        ("icd10", "diagnosis_code"),
        lambda r: f"{r.choice('ABCDEFGHIJKLMN')}{digits(r, 2)}.{digits(r, r.randint(1, 2))}",
    ),
    T(
        "diagnosis",
        "DIAGNOSIS",
        True,
        ("diagnosis",),
        one_of(
            "Hypertension|Type 2 diabetes|Asthma|Migraine|Pneumonia|Lung cancer|Bronchitis|Epilepsy|Gout|Psoriasis|Eczema|Anemia|Fatty liver|Tinnitus"
        ),
        "en",
        14,
    ),
    T(
        "medication",
        "MEDICATION",
        True,
        ("medication", "drug_name"),
        one_of(
            "Metformin 500 mg|Lisinopril 10 mg|Atorvastatin|Omeprazole|Sertraline 50mg|Ibuprofen|Amoxicillin|Warfarin|Insulin glargine|Xarelto"
        ),
        "en",
        10,
    ),
    T("blood", "BLOOD_TYPE", True, ("blood_type",), one_of("A+ A- B+ B- AB+ AB- O+ O-")),
    T("github", "API_TOKEN", True, ("token", "api_key"), lambda r: "ghp_" + letters(r, 36, HEX + "ghijkXYZ")),
    T("aws", "API_TOKEN", True, ("access_key_id",), lambda r: "AKIA" + letters(r, 16, "ABCDEFGHIJ234567")),
    T("jwt", "JWT", True, ("id_token",), lambda r: f"eyJhbGciOiJIUzI1NiJ9.eyJ{letters(r, 30, HEX)}.{letters(r, 40, HEX)}"),
    T("bcrypt", "PASSWORD_HASH", True, ("password_hash",), lambda r: f"$2b$12${letters(r, 53, HEX + 'ABCDEF./')}"),
    T("password", "PASSWORD", False, ("password",), lambda r: letters(r, 5, "abcdefgh") + r.choice("!#$") + digits(r, 3) + letters(r, 2)),
    T(
        "dsn",
        "CONNECTION_STRING",
        True,
        ("database_url",),
        lambda r: f"postgresql://app:{letters(r, 8, HEX)}@db{r.randint(1, 9)}.local:5432/x{digits(r, 3)}",
    ),
    T("religion", "RELIGION", True, ("religion",), one_of("Catholic|Protestant|Muslim|Jewish|Hindu|Buddhist|Atheist")),
    T(
        "ethnicity",
        "ETHNICITY",
        True,
        ("ethnicity", "race"),
        one_of("White|Black or African American|Asian|Hispanic or Latino|Native American"),
    ),
    T("party", "POLITICAL_OPINION", True, ("party_affiliation",), one_of("Democrat|Republican|Libertarian|Independent|Green Party")),
    T("orientation", "SEXUAL_ORIENTATION", True, ("sexual_orientation",), one_of("heterosexual|homosexual|bisexual|asexual|lesbian")),
    T("notes", "EMAIL", True, ("notes", "comment"), _note),
    T("payload", "EMAIL", True, ("payload", "event"), _json),
)
NEGATIVE = (
    T("part-324", None, True, ("part_no", "sku"), lambda r: f"{r.randint(100, 999)}-{digits(r, 2)}-{digits(r, 4)}"),
    T("part-334", None, True, ("part_number",), lambda r: f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}"),
    T("id-10", None, True, ("customer_ref", "ticket"), lambda r: r.choice("123456789") + digits(r, 9)),
    T("id-9", None, True, ("batch_number",), lambda r: r.choice("123456789") + digits(r, 8)),
    T("id-11", None, True, ("shipment",), lambda r: r.choice("123456789") + digits(r, 10)),
    T("id-16", None, True, ("transaction_no",), lambda r: r.choice("123456789") + digits(r, 15)),
    T("id-13", None, True, ("barcode",), lambda r: r.choice("123456789") + digits(r, 12)),
    T("orders", None, True, ("order_date",), lambda r: date_of(r, 2022, 2024)),
    T("version", None, True, ("version", "build"), lambda r: ".".join(str(r.randint(0, 30)) for _ in range(4))),
    T("epoch", None, True, ("created_ts",), lambda r: str(r.randint(1_650_000_000, 1_720_000_000))),
    T("epoch-ms", None, True, ("event_time",), lambda r: str(r.randint(1_650_000_000_000, 1_720_000_000_000))),
    T("sha256", None, True, ("checksum",), lambda r: letters(r, 64, HEX)),
    T("md5", None, True, ("etag",), lambda r: letters(r, 32, HEX)),
    T("uuid", None, True, ("request_id",), lambda r: "-".join(letters(r, k, HEX) for k in (8, 4, 4, 4, 12))),
    T("sequence", None, True, ("row_id",), lambda r: str(r.randint(1000, 1400))),
    T("price", None, True, ("unit_price",), lambda r: f"{r.uniform(1, 2000):.2f}"),
    T("quantity", None, True, ("quantity",), lambda r: str(r.randint(1, 100)), "en", 80),
    T("level", None, True, ("log_level",), one_of("DEBUG INFO WARNING ERROR CRITICAL")),
    T("status", None, True, ("status",), one_of("active inactive pending closed")),
    T("product", None, True, ("product_name",), _product),
    T(
        "company",
        None,
        True,
        ("company_name",),
        lambda r: f"{r.choice(names('en')[1])} {r.choice(['Ltd', 'Inc', 'Group', 'GmbH', '& Sons', 'Logistics'])}",
    ),
    T("file", None, True, ("file_path",), lambda r: f"/data/{r.choice(['in', 'out'])}/{letters(r, 6, HEX)}.parquet"),
    T("url", None, True, ("page_url",), lambda r: f"https://example.com/{r.choice(['shop', 'blog'])}/{letters(r, 6, HEX)}"),
    T("colour", None, True, ("color",), one_of("Red Green Blue White Black Brown Grey")),
    T("shop-lat", None, True, ("store_lat",), lambda r: f"{r.uniform(45, 55):.5f}"),
    T("time", None, True, ("updated_at",), lambda r: date_of(r, 2021, 2024) + f"T{r.randint(0, 23):02}:{r.randint(0, 59):02}:00Z"),
    T("currency", None, True, ("currency",), one_of("USD EUR GBP JPY CHF")),
    T(
        "text",
        None,
        True,
        ("description",),
        lambda r: (
            f"Solid {r.choice(['oak', 'steel', 'glass'])} table with {r.randint(2, 8)} drawers and a {r.choice(['matte', 'gloss'])} finish"
        ),
    ),
    T("code", None, True, ("error_code",), lambda r: f"{r.choice(['ERR', 'SYS', 'NET'])}-{digits(r, 4)}"),
    T("table", None, True, ("table_name",), one_of("customers orders order_items payments sessions events users products")),
    T("score", None, True, ("score",), lambda r: f"0.{digits(r, 4)}"),
    T("ean", None, True, ("ean",), _ean),
    T("dept", None, True, ("department",), one_of("Sales|Marketing|Finance|Human Resources|Legal|Research|Operations|Support")),
    T("engine", None, True, ("engine_no",), lambda r: f"{letters(r, 2)}{digits(r, 6)}{letters(r, 1)}"),
    T("flight", None, True, ("flight_no",), lambda r: f"{r.choice(['LH', 'BA', 'AF', 'UA'])}{r.randint(10, 9999)}"),
    T("hex-colour", None, True, ("hex",), lambda r: "#" + letters(r, 6, HEX)),
    T("duration", None, True, ("duration",), lambda r: f"{r.randint(0, 59):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"),
    T("id-12", None, True, ("contract",), lambda r: r.choice("123456789") + digits(r, 11)),
    T("bool", None, True, ("is_active", "email_verified"), one_of("true false")),
)
TEMPLATES = POSITIVE + NEGATIVE
LOCALES = tuple(PEOPLE)
