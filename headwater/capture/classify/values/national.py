"""Identifiers that states give out, with the check of each; those of python-stdnum are called by name.

python-stdnum is LGPL-2.1: it is a dependency, installed and replaceable beside this package, and none of it is copied here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from headwater.capture.classify.values import checks
from headwater.capture.classify.values.formats import Form

Check = Callable[[str], bool]


def stdnum(module: str, before: Callable[[str], bool] | None = None) -> Check:
    """The check of a module of python-stdnum, loaded when first used."""

    @cache
    def load() -> Check:
        return import_module(f"stdnum.{module}").is_valid  # type: ignore[no-any-return]  # because the library has no types for this

    return (lambda text: load()(text)) if before is None else (lambda text: before(text) and load()(text))


def _digits(info_type: str, expression: str, check: Check, chance: float, *, worth: float = 0.0, dealt: bool = True) -> Form:
    return Form(info_type, expression, worth, check, chance, compact=True, dealt=dealt)


NATIONAL = (
    Form("US_SSN", r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}", 2.6, checks.us_ssn, 0.88, dealt=False, cap=4.5),
    Form("US_SSN", r"\d{9}", -0.5, checks.us_ssn, 0.88, dealt=False, cap=2.2),
    Form("US_ITIN", r"9\d{2}-\d{2}-\d{4}", 2.5, checks.us_itin, 0.43, dealt=False, cap=5.0),
    Form("US_EIN", r"\d{2}-\d{7}", 1.8, stdnum("us.ein"), 0.82, dealt=False, cap=2.5),
    Form("CA_SIN", r"[1-79]\d{2}[- ]\d{3}[- ]\d{3}", 1.5, lambda v: checks.luhn(v.replace("-", "").replace(" ", "")), 0.1),
    _digits("CA_SIN", r"[1-79]\d{8}", checks.luhn, 0.1),
    Form("UK_NINO", r"(?i)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", 8.5),
    _digits("UK_UTR", r"\d{10}", checks.utr, 0.09, worth=-0.3),
    _digits("UK_NHS_NUMBER", r"\d{10}", checks.nhs, 0.09),
    _digits("DE_TAX_ID", r"[1-9]\d{10}", stdnum("de.idnr"), 0.03),
    _digits("FR_NIR", r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)\d[\dAB]\d{8}", stdnum("fr.nir"), 0.011, worth=1.0),
    Form("ES_DNI", r"\d{8}-?[A-HJ-NP-TV-Z]", 2.0, stdnum("es.dni"), 0.044),
    Form("ES_NIE", r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]", 3.0, stdnum("es.nie"), 0.044),
    Form(
        "IT_CODICE_FISCALE",
        r"(?i)[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]",
        7.0,
        stdnum("it.codicefiscale"),
        0.04,
    ),
    _digits("NL_BSN", r"\d{9}", checks.bsn, 0.09),
    _digits("BE_NATIONAL_NUMBER", r"\d{11}", stdnum("be.nn"), 0.01),
    _digits("AT_SVNR", r"[1-9]\d{9}", stdnum("at.vnr"), 0.06),
    _digits("CH_AHV", r"756\d{10}", stdnum("ch.ssn"), 0.1, worth=3.5),
    _digits("PL_PESEL", r"\d{11}", stdnum("pl.pesel"), 0.04),
    Form("CZ_BIRTH_NUMBER", r"\d{6}/\d{3,4}", 4.0, stdnum("cz.rc"), 0.05),
    _digits("CZ_BIRTH_NUMBER", r"\d{10}", stdnum("cz.rc"), 0.02),
    Form("SE_PERSONNUMMER", r"(?:19|20)?\d{6}[-+]\d{4}", 2.0, stdnum("se.personnummer"), 0.05),
    _digits("SE_PERSONNUMMER", r"(?:19|20)\d{10}", lambda v: checks.dated(v, 2, 4, 6) and checks.luhn(v[2:]), 0.03),
    _digits("NO_FNR", r"\d{11}", stdnum("no.fodselsnummer"), 0.01),
    Form("DK_CPR", r"\d{6}-\d{4}", 1.8, checks.danish, 0.04, dealt=False, cap=4.0),
    _digits("DK_CPR", r"\d{10}", checks.danish, 0.04, worth=-0.5, dealt=False),
    Form("FI_HETU", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", 3.0, stdnum("fi.hetu"), 0.03),
    _digits("EE_ISIKUKOOD", r"[1-8]\d{10}", stdnum("ee.ik"), 0.04),
    _digits("LT_ASMENS_KODAS", r"[3-69]\d{10}", stdnum("lt.asmens"), 0.04, worth=-0.1),
    Form("LV_PERSONAS_KODS", r"\d{6}-\d{5}", 2.5, stdnum("lv.pvn"), 0.08),
    _digits("RO_CNP", r"[1-9]\d{12}", stdnum("ro.cnp"), 0.03),
    _digits("BG_EGN", r"\d{10}", stdnum("bg.egn"), 0.03),
    _digits("HR_OIB", r"\d{11}", stdnum("hr.oib"), 0.1),
    _digits("SI_EMSO", r"\d{13}", stdnum("si.emso"), 0.03),
    _digits("GR_AMKA", r"\d{11}", stdnum("gr.amka"), 0.03),
    _digits("TR_TCKN", r"[1-9]\d{10}", stdnum("tr.tckimlik"), 0.01),
    _digits("PT_NIF", r"[1-35689]\d{8}", stdnum("pt.nif"), 0.09, worth=-0.2),
    Form("IE_PPS", r"(?i)\d{7}[A-W][A-IW]?", 2.5, stdnum("ie.pps"), 0.044),
    Form("BR_CPF", r"\d{3}\.\d{3}\.\d{3}-\d{2}", 6.5, stdnum("br.cpf"), 0.01),
    _digits("BR_CPF", r"\d{11}", stdnum("br.cpf"), 0.01),
    Form("MX_CURP", r"(?i)[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d", 8.0, stdnum("mx.curp"), 0.1, expected=0.9),
    Form(
        "MX_RFC",
        r"(?i)[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}",
        5.0,
        lambda v: checks.dated(v, len(v) - 9, len(v) - 7, len(v) - 5),
        0.04,
        cap=4.0,
        dealt=False,
    ),
    Form("AR_CUIT", r"(?:20|23|24|27|30|33)-?\d{8}-?\d", 2.0, stdnum("ar.cuit"), 0.1),
    Form("CL_RUT", r"(?i)\d{1,2}\.\d{3}\.\d{3}-[\dK]", 4.5, stdnum("cl.rut"), 0.09),
    Form("CL_RUT", r"(?i)\d{7,8}-?[\dK]", 0.5, stdnum("cl.rut"), 0.09),
    _digits("EC_CEDULA", r"[0-2]\d{9}", stdnum("ec.ci"), 0.06),
    _digits("DO_CEDULA", r"\d{11}", stdnum("do.cedula"), 0.1, worth=-0.5),
    _digits("IN_AADHAAR", r"[2-9]\d{11}", stdnum("in_.aadhaar"), 0.1),
    Form("IN_PAN", r"(?i)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", 8.0),
    _digits("CN_RESIDENT_ID", r"[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]", stdnum("cn.ric"), 0.08, worth=3.0),
    Form("KR_RRN", r"\d{6}-[1-8]\d{6}", 5.5, checks.korean, 0.05, expected=0.75),
    _digits("KR_RRN", r"\d{6}[1-8]\d{6}", checks.korean, 0.03),
    _digits("JP_MY_NUMBER", r"\d{12}", stdnum("jp.in_"), 0.1),
    Form("TW_ID", r"[A-Z][12]\d{8}", 4.0, checks.taiwan, 0.1),
    Form("SG_NRIC", r"[STFG]\d{7}[A-Z]", 4.0, checks.singapore, 0.05),
    _digits("MY_NRIC", r"\d{12}", checks.malaysian, 0.03, worth=-0.5, dealt=False),
    _digits("TH_ID", r"[1-8]\d{12}", stdnum("th.pin"), 0.1),
    _digits("ID_NIK", r"\d{16}", checks.nik, 0.03, worth=0.0, dealt=False),
    Form("PK_CNIC", r"[1-7]\d{4}-\d{7}-\d", 7.5),
    _digits("ZA_ID", r"\d{13}", checks.isin_date, 0.02),
    _digits("IL_ID", r"\d{9}", checks.luhn, 0.1, worth=-0.3),
    _digits("AU_TFN", r"\d{9}", stdnum("au.tfn"), 0.09),
    _digits("NZ_IRD", r"\d{8,9}", stdnum("nz.ird"), 0.06, worth=-0.2),
    _digits("UA_RNTRC", r"\d{10}", stdnum("ua.rntrc"), 0.1, worth=-0.2),
    _digits("RU_INN", r"\d{12}", stdnum("ru.inn"), 0.01),
    Form("RU_SNILS", r"\d{3}-\d{3}-\d{3}[ -]\d{2}", 5.0, lambda v: checks.snils(v.replace("-", "").replace(" ", "")), 0.01),
    _digits("RU_SNILS", r"\d{11}", checks.snils, 0.01),
    Form("IS_KENNITALA", r"\d{6}-?\d{4}", 0.5, stdnum("is_.kennitala"), 0.01),
    _digits("HU_TAJ", r"\d{9}", checks.taj, 0.1, worth=-0.2),
)
