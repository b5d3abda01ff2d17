"""The words by which columns of each type are called, in several languages; each list says how far a name goes as a witness.

Words are written without blanks and marks; the words of a name are joined before they are looked up, so `birth_date`, `BirthDate` and `birthdate` are one.
"""

from __future__ import annotations

STRONG, FAIR, WEAK = 4.2, 3.0, 1.6

_STRONG = """
EMAIL: email emailaddress emailaddr mailaddress eposta correoelectronico correo courriel adressemail emailadresse epost sahkoposti 邮箱 电子邮件 メールアドレス 이메일 почта
PHONE: phone phonenumber phoneno telephone telephonenumber mobile mobilenumber mobileno mobilephone cellphone cellnumber telefon telefono telefone telefonnummer handynummer handy gsm msisdn faxnumber whatsapp telefoonnummer celular movil portable numtel telefonnr puhelin 电话 手机 手机号 電話番号 전화번호 телефон
PERSON_NAME: fullname personname customername patientname employeename clientname cardholder cardholdername accountholder holdername contactname contactperson membername studentname nomcomplet nombrecompleto nomecompleto vollername ansprechpartner passengername guestname beneficiaryname doctorname physicianname providername payeename recipientname nominativo kundenname 姓名 氏名 이름 фио
GIVEN_NAME: firstname givenname forename fname vorname prenom nombredepila primernombre primeironome middlename fornavn fornamn imie voornaam etunimi 名字 имя
FAMILY_NAME: lastname surname familyname lname nachname familienname nomdefamille apellido apellidos sobrenome cognome efternamn etternavn nazwisko achternaam sukunimi soyad soyadi secondname 苗字 фамилия
STREET_ADDRESS: streetaddress address addressline address1 address2 addressline1 addressline2 homeaddress mailingaddress billingaddress shippingaddress postaladdress street streetname strasse anschrift adresse direccion domicilio endereco indirizzo logradouro rua calle wohnadresse adres straat 地址 住所 주소 адрес residence
BIRTH_DATE: birthdate dateofbirth dob birthday bdate geburtsdatum geburtstag datenaissance datedenaissance fechanacimiento fechadenacimiento datanascimento datadenascimento datanascita datadinascita geboortedatum fodselsdato fodelsedatum dataurodzenia syntymaaika birthdt dtbirth birthyear yearofbirth 出生日期 生年月日 생년월일 датарождения
GENDER: gender sex geschlecht sexe sexo sesso genero genre kon kjonn plec sukupuoli cinsiyet 性别 性別 성별 пол
IP_ADDRESS: ipaddress ip ipaddr clientip remoteip sourceip srcip dstip destip ipv4 ipv6 remoteaddr hostip userip loginip
MAC_ADDRESS: macaddress mac macaddr hwaddr ethernetaddress wifimac
IMEI: imei imeinumber
IMSI: imsi
ICCID: iccid simnumber simserial
DEVICE_ID: deviceid idfa gaid advertisingid adid androidid deviceidentifier deviceuuid cookieid visitorid fingerprintid
VEHICLE_VIN: vin vehiclevin vehicleidentificationnumber chassisnumber fahrgestellnummer fin
LICENSE_PLATE: licenseplate licenceplate plate platenumber plateno numberplate kennzeichen matricula immatriculation targa vehicleregistration registrationplate regplate
DRIVER_LICENSE: driverlicense driverslicense driverlicence drivinglicense drivinglicence dlnumber dlno driverlicensenumber driverslicensenumber fuhrerschein fuhrerscheinnummer permisconduire permisdeconduire carnetconducir cnh patente
PASSPORT: passport passportnumber passportno passportnum reisepass passnummer pasaporte passeport passaporte passnr reisepassnummer 护照 パスポート паспорт
USERNAME: username userlogin login loginname userid screenname nickname benutzername nomutilisateur usuario handle accountname
SOCIAL_HANDLE: twitter twitterhandle instagram instagramhandle facebook linkedin linkedinurl tiktok socialhandle socialmedia socialprofile
NATIONAL_ID: nationalid nationalidnumber idnumber identitynumber personalid personalidnumber idcard idcardnumber citizenid governmentid govid personalausweis ausweisnummer cedula documentonacional carteiradeidentidade identificationnumber nationalidentifier nid
TAX_ID: taxid taxnumber taxpayerid taxidnumber tin steuernummer steuerid numerofiscal nif codigofiscal fiscalcode
EMPLOYEE_ID: employeeid employeenumber personalnummer staffid staffnumber payrollnumber empid empno
MOTHERS_MAIDEN_NAME: mothersmaidenname mothermaidenname maidenname
US_SSN: ssn socialsecurity socialsecuritynumber socialsecurityno socsecnum
US_ITIN: itin
US_EIN: ein employeridentificationnumber
CA_SIN: sin socialinsurancenumber sinnumber
UK_NINO: nino nationalinsurance nationalinsurancenumber ninumber
UK_UTR: utr uniquetaxpayerreference
UK_NHS_NUMBER: nhs nhsnumber nhsno
DE_TAX_ID: steueridentifikationsnummer steueridnr idnr steuerid
FR_NIR: nir numerosecu numerosecuritesociale insee numsecu securitesociale
ES_DNI: dni numerodni
ES_NIE: nie
IT_CODICE_FISCALE: codicefiscale codfiscale codfisc
NL_BSN: bsn burgerservicenummer sofinummer
BE_NATIONAL_NUMBER: rijksregisternummer rijksregister numeronational niss insz
AT_SVNR: svnr sozialversicherungsnummer svnummer
CH_AHV: ahv ahvnummer ahvnr avs numeroavs
PL_PESEL: pesel numerpesel
CZ_BIRTH_NUMBER: rodnecislo rodcislo birthnumber
SE_PERSONNUMMER: personnummer persnr samordningsnummer
NO_FNR: fodselsnummer fnr
DK_CPR: cpr cprnummer cprnr
FI_HETU: hetu henkilotunnus
EE_ISIKUKOOD: isikukood
LT_ASMENS_KODAS: asmenskodas
LV_PERSONAS_KODS: personaskods
RO_CNP: cnp codnumericpersonal
BG_EGN: egn
HR_OIB: oib
SI_EMSO: emso
GR_AMKA: amka
TR_TCKN: tckn tckimlik tckimlikno kimlikno
PT_NIF: nif contribuinte numerocontribuinte
IE_PPS: pps ppsn ppsnumber
BR_CPF: cpf numerocpf
MX_CURP: curp
MX_RFC: rfc
AR_CUIT: cuit cuil
CL_RUT: rut run
EC_CEDULA: cedulaecuador
KR_RRN: rrn residentregistrationnumber 주민등록번호
JP_MY_NUMBER: mynumber individualnumber マイナンバー 個人番号
TW_ID: 身分證字號
CN_RESIDENT_ID: residentid 身份证 身份证号 shenfenzheng
SG_NRIC: nric fin nricfin
MY_NRIC: mykad nric
TH_ID: thaiid
ID_NIK: nik ktp nomorktp
PK_CNIC: cnic
ZA_ID: saidnumber rsaid
IL_ID: teudatzehut
AU_TFN: tfn taxfilenumber
NZ_IRD: ird irdnumber
UA_RNTRC: rnokpp inn
RU_INN: inn инн
RU_SNILS: snils снилс
IS_KENNITALA: kennitala
HU_TAJ: taj tajszam
IN_AADHAAR: aadhaar aadhar aadhaarnumber uidai
IN_PAN: pannumber pancard panno
MEDICAL_RECORD_NUMBER: mrn medicalrecordnumber medrecno medicalrecord patientnumber patientno patientid hospitalnumber chartnumber patientennummer numerodossier patientmrn fallnummer
HEALTH_INSURANCE_ID: healthinsuranceid healthinsurancenumber insurancememberid memberid healthplanid policyholderid versichertennummer krankenversichertennummer insuranceid subscriberid healthplanbeneficiary kvnr healthcardnumber
US_MEDICARE_ID: mbi medicareid medicarenumber medicarebeneficiary
AU_MEDICARE: medicare medicarecard medicarenumber
DIAGNOSIS: diagnosis diagnoses diagnose diagnostic diagnostico diagnosi diag dx primarydiagnosis diagnosistext admittingdiagnosis disease illness krankheit maladie enfermedad 诊断 診断 진단 диагноз
HEALTH_CONDITION: healthcondition medicalcondition allergies allergy medicalhistory condition chroniccondition comorbidities pregnant pregnancy smoker smokerstatus hivstatus symptoms symptom healthstatus
ICD_CODE: icd icd10 icd9 icdcode icd10code icd9code diagnosiscode diagcode dxcode icd10cm
MEDICATION: medication medications drug drugname medicine prescription rx medikament medicament medicamento farmaco medicationname 药品 薬
NDC: ndc ndccode nationaldrugcode
LOINC: loinc loinccode
SNOMED_CODE: snomed snomedcode snomedct sctid
PROCEDURE: procedure procedurecode procedurename cpt cptcode hcpcs surgery
BLOOD_TYPE: bloodtype bloodgroup blutgruppe groupesanguin gruposanguineo tiposanguineo
LAB_RESULT: labresult labresults testresult labvalue labtest hba1c bloodpressure cholesterol glucose laborwert bloodglucose
NPI: npi npinumber nationalprovideridentifier
DEA_NUMBER: dea deanumber deano
CREDIT_CARD: creditcard creditcardnumber cardnumber cardno ccnumber ccnum ccno pan primaryaccountnumber kreditkarte kreditkartennummer tarjetacredito numerotarjeta cartebancaire numcarte cardnum debitcard cardpan
IBAN: iban ibannumber
BANK_ACCOUNT: bankaccount bankaccountnumber accountnumber accountno acctno acctnum kontonummer cuentabancaria numerocuenta numerocompte contacorrente bankacct accountnum
US_ROUTING_NUMBER: routingnumber routingno abarouting aba abanumber routing
BIC: bic swift swiftcode biccode swiftbic
CARD_EXPIRY: cardexpiry cardexp expirydate cardexpiration ccexp ccexpiry expmonth cardexpirydate cardexpdate gueltigbis
CARD_CVV: cvv cvc cvv2 cvc2 cardcvv cardcvc securitycode csc
CRYPTO_ADDRESS: walletaddress btcaddress ethaddress cryptoaddress bitcoinaddress cryptowallet
API_TOKEN: apikey apitoken accesstoken authtoken secretkey accesskey refreshtoken bearertoken apisecret clientsecret personalaccesstoken secret accesskeyid githubtoken
PRIVATE_KEY: privatekey sshkey rsakey pemkey sshprivatekey
JWT: jwt idtoken jwttoken
PASSWORD: password passwd pwd passwort motdepasse contrasena senha passphrase userpassword wachtwoord haslo losenord 密码 パスワード пароль pass pin pincode
PASSWORD_HASH: passwordhash pwdhash hashedpassword passwdhash encryptedpassword passworddigest pwhash
CONNECTION_STRING: connectionstring connstring databaseurl dburl dsn jdbcurl connstr connectionuri mongouri
SESSION_ID: sessionid sessiontoken sid sessionkey phpsessid jsessionid csrftoken
RELIGION: religion faith religiousaffiliation konfession religionszugehorigkeit religiosity denomination religione 宗教 종교 религия
ETHNICITY: ethnicity race ethnicgroup ethnicorigin raceethnicity ethnie etnia raza raca herkunft 民族 种族
POLITICAL_OPINION: politicalopinion politicalparty politicalaffiliation partyaffiliation politicalview politicalviews votingintention partei partyregistration partymembership
UNION_MEMBERSHIP: unionmembership tradeunion unionmember unionname laborunion labourunion gewerkschaft syndicat sindicato gewerkschaftsmitglied unionstatus
SEXUAL_ORIENTATION: sexualorientation orientation sexuality orientationsexuelle sexuelleorientierung orientacionsexual
GENETIC_DATA: genotype genome dnasequence geneticmarker snp rsid genevariant geneticdata genomic mutation dna geneticvariant genetictest
BIOMETRIC_DATA: fingerprint fingerprinttemplate faceembedding facetemplate biometric biometricdata irisscan retina voiceprint facialfeatures fingerabdruck iriscode biometrictemplate faceprint
CRIMINAL_RECORD: criminalrecord convictions conviction criminalhistory arrests offense offence vorstrafen arrestrecord
MARITAL_STATUS: maritalstatus familienstand situationfamiliale estadocivil statocivile civilstatus burgerlijkestaat 婚姻状况 marital
NATIONALITY: nationality staatsangehorigkeit nationalite nacionalidad nacionalidade nazionalita citizenship 国籍 국적
SALARY: salary income wage wages annualincome annualsalary monthlyincome gehalt einkommen salaire salario stipendio basesalary netincome grosssalary compensation 工资
OCCUPATION: occupation jobtitle profession beruf metier profesion profesora job
DISABILITY: disability disabilitystatus disabled behinderung handicap discapacidad
AGE: age alter edad idade eta leeftijd patientage customerage ageyears 年龄 年齢
CITY: city town cityname stadt ville ciudad cidade citta ort wohnort residencecity birthplace placeofbirth geburtsort lieunaissance lugarnacimiento hometown miasto stad 城市 市区町村 도시 город
POSTAL_CODE: postalcode postcode zipcode zip plz postleitzahl codepostal codigopostal cep cap kodpocztowy postnummer postnr 邮编 郵便番号 우편번호 индекс pincode
COORDINATES: latitude longitude lat lon lng latlon latlng geolocation coordinates gps gpslat gpslon gpscoordinates geopoint homelat homelon homelatitude homelongitude
COUNTRY: countryofresidence residencecountry countryofbirth birthcountry
"""
_FAIR = """
EMAIL: mail emails contactemail
PHONE: tel cell fax contactnumber landline contactphone ph fon numerotelefono
PERSON_NAME: customer patient employee guest attending passenger contact holder signatory inhaber titular nombre nome nom kunde client recipient sender beneficiary
GIVEN_NAME: first given
FAMILY_NAME: last family
STREET_ADDRESS: addr location residence
BIRTH_DATE: born birth geburt naissance nacimiento
IP_ADDRESS: clientaddress host
PHONE: numero
CREDIT_CARD: card cc karte tarjeta
BANK_ACCOUNT: account konto acct
API_TOKEN: token key apikeys credential credentials bearer
PASSWORD: pw passcode
SESSION_ID: session
DIAGNOSIS: finding problem indication
ICD_CODE: dxcodes
LAB_RESULT: result lab
COUNTRY: country land pays pais paese kraj
US_SSN: social
NATIONAL_ID: nationalnumber identity ausweis documento documentnumber
TAX_ID: tax steuer
LICENSE_PLATE: registration
USERNAME: user account owner
RELIGION: church kirche
UNION_MEMBERSHIP: union
POLITICAL_OPINION: party politics
BIOMETRIC_DATA: face iris voice template embedding
GENETIC_DATA: gene variant allele
HEALTH_INSURANCE_ID: insurance policynumber member
MEDICATION: meds
SALARY: pay earnings gross
"""
_WEAK = """
PERSON_NAME: name person who author createdby owner
CITY: municipality locality place
OCCUPATION: position role title
SALARY: amount
DIAGNOSIS: description condition
PASSPORT: document
HEALTH_CONDITION: status notes
"""
DEFLECTING = frozenset(
    "count cnt total flag is has type status verified valid sent opt optin optout ts timestamp version length len domain provider template format "
    "updated created changed at enabled required rate score ratio pct percent bucket group range level category class available preference pref "
    "subject body opened clicked bounced error attempts expires expiry expiration reset policy strength method label source present missing missingcount "
    "num number_of avg min max sum mean median model brand color colour size weight frequency limit quota usage".split()
)
"""Words after or before a type's that make of `email` something about mail and of `phone` a product."""
NOT_OF_A_PERSON = frozenset(
    "product item sku file filename event table column field host hostname server service company store shop brand model campaign category dept "
    "department project app application plan package class method function module org organization organisation vendor supplier merchant "
    "warehouse branch site plant facility schema database db cluster node region channel feature test task queue topic metric dataset "
    "color material ship vessel aircraft airport station stop route machine sensor asset equipment part component build release sender_id "
    "artikel produkt filiale firma magasin tienda produit lieferant depot datacenter venue hotel restaurant school hospital clinic lab business".split()
)
OF_PLACES_AND_NAMES = frozenset(
    "PERSON_NAME GIVEN_NAME FAMILY_NAME CITY STREET_ADDRESS POSTAL_CODE COORDINATES COUNTRY PHONE AGE USERNAME EMPLOYEE_ID".split()
)
FLAGS = frozenset("UNION_MEMBERSHIP DISABILITY CRIMINAL_RECORD HEALTH_CONDITION".split())


def _read(text: str, weight: float) -> list[tuple[str, str, float]]:
    lines = (line.partition(":") for line in text.strip().splitlines())
    return [(word, name.strip(), weight) for name, _, words in lines for word in words.split()]


def _gather() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for word, info_type, weight in (*_read(_STRONG, STRONG), *_read(_FAIR, FAIR), *_read(_WEAK, WEAK)):
        types = found.setdefault(word, {})
        types[info_type] = max(types.get(info_type, 0.0), weight)
    return found


PHRASES = _gather()
"""Joined words to the types that they suggest, each with its weight."""
