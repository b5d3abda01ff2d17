"""Presidio's recognisers: patterns and checks of identifiers, which need no language model; with the name of one also its entities.

No model is ever fetched: one that is named has to be installed, or to lie in a folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from headwater.model.errors import UsageError

TYPES = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "PERSON": "PERSON_NAME", "LOCATION": "CITY", "IP_ADDRESS": "IP_ADDRESS",
    "MAC_ADDRESS": "MAC_ADDRESS", "CREDIT_CARD": "CREDIT_CARD", "IBAN_CODE": "IBAN", "CRYPTO": "CRYPTO_ADDRESS", "US_SSN": "US_SSN",
    "US_ITIN": "US_ITIN", "US_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "DRIVER_LICENSE", "US_BANK_NUMBER": "BANK_ACCOUNT",
    "ABA_ROUTING_NUMBER": "US_ROUTING_NUMBER", "MEDICAL_LICENSE": "DEA_NUMBER", "US_NPI": "NPI", "US_MBI": "US_MEDICARE_ID",
    "UK_NHS": "UK_NHS_NUMBER", "UK_NINO": "UK_NINO", "UK_PASSPORT": "PASSPORT", "UK_POSTCODE": "POSTAL_CODE", "ES_NIF": "ES_DNI",
    "ES_NIE": "ES_NIE", "IT_FISCAL_CODE": "IT_CODICE_FISCALE", "IT_DRIVER_LICENSE": "DRIVER_LICENSE", "IT_PASSPORT": "PASSPORT",
    "PL_PESEL": "PL_PESEL", "SG_NRIC_FIN": "SG_NRIC", "AU_TFN": "AU_TFN", "AU_MEDICARE": "AU_MEDICARE", "IN_PAN": "IN_PAN",
    "IN_AADHAAR": "IN_AADHAAR", "IN_PASSPORT": "PASSPORT", "FI_PERSONAL_IDENTITY_CODE": "FI_HETU", "KR_RRN": "KR_RRN",
    "TH_TNIN": "TH_ID", "SE_PERSONNUMMER": "SE_PERSONNUMMER", "TR_NATIONAL_ID": "TR_TCKN", "DE_TAX_ID": "DE_TAX_ID", "CA_SIN": "CA_SIN",
    "UK_VEHICLE_REGISTRATION": "LICENSE_PLATE", "ZA_ID_NUMBER": "ZA_ID", "KR_PASSPORT": "PASSPORT", "DE_PASSPORT": "PASSPORT",
    "NL_BSN": "NL_BSN", "BR_CPF": "BR_CPF", "NRP": "NATIONALITY",
}  # fmt: skip
"""Presidio's entities in the words of our catalogue; others (addresses of pages, dates) are nothing sensitive by themselves."""
_SURE = 0.5
_LANGUAGE = "en"


class Presidio:
    """Presidio over values, one by one."""

    def __init__(self, model: str) -> None:
        self.name = f"presidio-{version('presidio-analyzer')}"
        _keep_offline()
        self._analyse = _with_model(model) if model else _patterns()

    def recognise(self, values: Sequence[str]) -> dict[str, int]:
        """By info type, in how many of these values it is what Presidio is surest of."""
        found: Counter[str] = Counter()
        for value in values:
            best: dict[str, float] = {}
            for entity, score in self._analyse(value):
                known = TYPES.get(entity)
                if known is not None and score >= _SURE:
                    best[known] = max(best.get(known, 0.0), score)
            found.update(info_type for info_type, score in best.items() if score == max(best.values()))
        return dict(found)


def _keep_offline() -> None:
    """Have recognisers of addresses use the list of domain endings that comes with their library, since it would fetch a newer one."""
    import tldextract

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # type: ignore[assignment]  # a function there, an object here


def _patterns() -> Any:
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer import predefined_recognizers as predefined

    made = []
    for name in sorted(dir(predefined)):
        kind = getattr(predefined, name)
        if isinstance(kind, type) and (issubclass(kind, PatternRecognizer) or name == "PhoneRecognizer") and kind is not PatternRecognizer:
            try:
                made.append(kind())
            except Exception:  # noqa: BLE001, S112  # because one that needs more than it is given is left out and the others run
                continue

    def analyse(value: str) -> Iterator[tuple[str, float]]:
        for each in made:
            for result in each.analyze(value, each.supported_entities, None) or ():
                yield result.entity_type, result.score

    return analyse


def _with_model(model: str) -> Any:
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    _require(model)
    told = {"nlp_engine_name": "spacy", "models": [{"lang_code": _LANGUAGE, "model_name": model}]}
    engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=told).create_engine(), supported_languages=[_LANGUAGE])

    def analyse(value: str) -> Iterator[tuple[str, float]]:
        for result in engine.analyze(value, language=_LANGUAGE):
            yield result.entity_type, result.score

    return analyse


def _require(model: str) -> None:
    """See that a model is there, since Presidio would fetch one that is not."""
    from pathlib import Path

    import spacy

    if not spacy.util.is_package(model) and not Path(model).is_dir():
        problem = f"cannot use Presidio with model `{model[:200]}`: expected a spaCy model that is installed, or a folder with one"
        raise UsageError(problem, next_step="headwater classify PLACE --with presidio")


__all__ = ["Presidio"]
