"""The info types: of which category each is, how near to a person it leads, and how likely any column holds it before looking.

Identifiability is that of DESIGN: `direct` names a person or account by itself, `quasi` does so together with others.
Sources: GDPR Art. 4(1), 9 and 10; 45 CFR 164.514(b)(2) (HIPAA's eighteen identifiers); PCI DSS 4.0 section 3 (account data).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from headwater.model.errors import UsageError
from headwater.model.sensitivity.classification import Category
from headwater.model.sensitivity.labels import Level

Identifiability = Literal["direct", "quasi", "none"]
NOT_GUESSABLE = frozenset({"API_TOKEN", "PRIVATE_KEY", "JWT", "PASSWORD_HASH", "CONNECTION_STRING", "SESSION_ID", "BIOMETRIC_DATA"})
"""Types whose values are too many to try: a digest of one gives it away to nobody."""
LISTED_IN = "docs/reference/info-types.md"
"""Where people read which types there are."""
_NEAR_RATIO = 0.7
USUAL_PRIOR = -4.6
"""One column in a hundred holds a given type, before anything is known of it."""


@dataclass(frozen=True, slots=True)
class InfoType:
    """A kind of sensitive information."""

    name: str
    category: Category
    identifiability: Identifiability
    prior: float = USUAL_PRIOR
    weight: int = 0
    """Which of two types found in one text is told first: the higher."""

    @property
    def level(self) -> Level:
        """The level at which a column that holds values of the type begins; a secret opens what it opens by itself."""
        return Level.QUASI if self.identifiability == "quasi" else Level.DIRECT

    @property
    def is_guessable(self) -> bool:
        """Whether all values of the type, or enough of them, can be tried."""
        return self.name not in NOT_GUESSABLE


_TABLE = """
PII direct 0.0: EMAIL PHONE PERSON_NAME GIVEN_NAME FAMILY_NAME STREET_ADDRESS
PII quasi 0.0: BIRTH_DATE CITY GENDER IP_ADDRESS POSTAL_CODE
PII quasi -0.4: AGE COUNTRY NATIONALITY COORDINATES MARITAL_STATUS SALARY OCCUPATION DISABILITY
PII direct -0.4: USERNAME SOCIAL_HANDLE MAC_ADDRESS IMEI IMSI ICCID DEVICE_ID VEHICLE_VIN LICENSE_PLATE DRIVER_LICENSE PASSPORT
PII direct -0.4: NATIONAL_ID TAX_ID EMPLOYEE_ID MOTHERS_MAIDEN_NAME
PII direct -0.2: US_SSN UK_NINO FR_NIR ES_DNI ES_NIE IT_CODICE_FISCALE NL_BSN DE_TAX_ID BR_CPF CN_RESIDENT_ID IN_AADHAAR IN_PAN
PII direct -0.4: US_ITIN US_EIN CA_SIN UK_UTR BE_NATIONAL_NUMBER AT_SVNR CH_AHV PL_PESEL CZ_BIRTH_NUMBER SE_PERSONNUMMER NO_FNR
PII direct -0.4: DK_CPR FI_HETU EE_ISIKUKOOD LT_ASMENS_KODAS LV_PERSONAS_KODS RO_CNP BG_EGN HR_OIB SI_EMSO GR_AMKA TR_TCKN PT_NIF IE_PPS
PII direct -0.4: MX_CURP MX_RFC AR_CUIT CL_RUT EC_CEDULA DO_CEDULA KR_RRN JP_MY_NUMBER TW_ID SG_NRIC MY_NRIC TH_ID ID_NIK PK_CNIC ZA_ID
PII direct -0.4: IL_ID AU_TFN NZ_IRD UA_RNTRC RU_INN RU_SNILS IS_KENNITALA HU_TAJ
PHI direct 0.0: MEDICAL_RECORD_NUMBER HEALTH_INSURANCE_ID US_MEDICARE_ID UK_NHS_NUMBER AU_MEDICARE
PHI quasi 0.0: DIAGNOSIS ICD_CODE MEDICATION NDC LOINC PROCEDURE BLOOD_TYPE LAB_RESULT SNOMED_CODE HEALTH_CONDITION
PHI direct -0.4: NPI DEA_NUMBER
PCI direct 0.0: CREDIT_CARD IBAN
PCI direct -0.4: BANK_ACCOUNT US_ROUTING_NUMBER BIC CARD_EXPIRY CARD_CVV CARD_TRACK CRYPTO_ADDRESS
SECRET none 0.0: API_TOKEN PRIVATE_KEY JWT PASSWORD PASSWORD_HASH CONNECTION_STRING
SECRET none -0.4: SESSION_ID
SPECIAL quasi 0.0: RELIGION ETHNICITY POLITICAL_OPINION UNION_MEMBERSHIP SEXUAL_ORIENTATION GENETIC_DATA BIOMETRIC_DATA CRIMINAL_RECORD
"""


def _read() -> dict[str, InfoType]:
    found = {}
    for line in _TABLE.strip().splitlines():
        head, _, names = line.partition(":")
        category, identifiability, prior = head.split()
        for name in names.split():
            found[name] = InfoType(name, category, identifiability, USUAL_PRIOR + float(prior), _WEIGHTS[category])  # type: ignore[arg-type]  # because the table above holds only these words
    return found


_WEIGHTS = {"SECRET": 5, "PCI": 4, "PHI": 3, "SPECIAL": 3, "PII": 2}
INFO_TYPES = _read()


def nearest(text: str) -> str | None:
    """The type that was meant by a name that is none, where one is near."""
    return next(iter(difflib.get_close_matches(text[:60].upper().replace("-", "_"), INFO_TYPES, n=1, cutoff=_NEAR_RATIO)), None)


def unknown_type(problem: str, text: str) -> UsageError:
    """The fault of naming a type that there is none of; `problem` says what cannot be done."""
    near = nearest(text)
    step = f"did you mean `{near}`?" if near is not None else f"choose one of {LISTED_IN}"
    return UsageError(f"{problem}: expected an info type of the catalogue ({LISTED_IN}), got another", next_step=step)
