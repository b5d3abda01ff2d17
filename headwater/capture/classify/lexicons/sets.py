"""Closed sets of words: what can stand in a column of gender, of religion, of marital status."""

SETS = {
    "GENDER": """m|f|male|female|man|woman|x|d|u|o|other|non-binary|nonbinary|non binary|genderqueer|genderfluid|agender|diverse|divers|prefer not to say|unspecified|männlich|weiblich|mann|frau
        homme|femme|masculin|féminin|hombre|mujer|masculino|femenino|feminino|homem|mulher|maschio|femmina|maschile|femminile|man|vrouw|mężczyzna|kobieta|kvinna|kvinne|kvinde
        erkek|kadın|мужской|женский|м|ж|муж|жен|男|女|男性|女性|남|여|남성|여성|남자|여자|ذكر|أنثى|transgender|trans man|trans woman|intersex|w|h|bigender|genderfluid|polygender""",
    "MARITAL_STATUS": """single|married|divorced|widowed|separated|domestic partnership|civil partnership|civil union|engaged|registered partnership|never married|cohabiting|annulled|ledig
        verheiratet|geschieden|verwitwet|célibataire|marié|mariée|marié(e)|divorcé|divorcée|divorcé(e)|veuf|veuve|pacsé|pacsé(e)|soltero|soltera|casado|casada|divorciado|divorciada|viudo|viuda
        solteiro|solteira|divorciado|viúvo|viúva|celibe|nubile|coniugato|coniugata|divorziato|vedovo|vedova|ongehuwd|gehuwd|gescheiden|weduwe|kawaler|panna|żonaty|zamężna|未婚|已婚|离异|既婚""",
    "RELIGION": """christian|christianity|catholic|roman catholic|catholicism|protestant|protestantism|lutheran|evangelical|anglican|methodist|baptist|presbyterian|orthodox|eastern orthodox
        greek orthodox|muslim|islam|sunni|shia|jewish|judaism|hindu|hinduism|buddhist|buddhism|sikh|sikhism|atheist|atheism|agnostic|none|no religion|unaffiliated|mormon|jehovah's witness
        quaker|pentecostal|jain|jainism|bahai|baha'i|taoist|taoism|shinto|zoroastrian|pagan|wiccan|spiritual|secular|katholisch|evangelisch|römisch-katholisch|muslimisch|jüdisch|konfessionslos
        orthodox|buddhistisch|hinduistisch|catholique|protestant|protestante|musulman|musulmane|juif|juive|bouddhiste|athée|católico|católica|musulmán|judío|ateo|cristiano|evangélico|budista
        cattolico|musulmano|ebreo|katolik|prawosławny|ateista|мусульманин|православный|христианин|иудей|буддист|атеист|佛教|基督教|イスラム教|仏教|キリスト教|神道|伊斯兰教|道教|مسلم|مسيحي|rk|ev""",
    "ETHNICITY": """white|black|african american|black or african american|asian|hispanic|latino|latina|latinx|hispanic or latino|not hispanic or latino|non-hispanic|native american
        american indian|american indian or alaska native|alaska native|native hawaiian|pacific islander|native hawaiian or other pacific islander|caucasian|white british|white irish
        white other|black african|black caribbean|black british|mixed|mixed race|multiracial|two or more races|asian british|british indian|british pakistani|arab|middle eastern|roma|romani
        south asian|east asian|southeast asian|aboriginal|torres strait islander|indigenous|māori|maori|pasifika|first nations|métis|inuit|kurdish|ashkenazi|sephardic|han|han chinese|uyghur
        tibetan|zulu|xhosa|yoruba|igbo|hausa|coloured|mestizo|mulatto|pardo|preto|branco|indígena|amarelo|afro-caribbean|gypsy or irish traveller|bangladeshi|slavic|sinti|汉族|回族|维吾尔族|藏族|满族""",
    "POLITICAL_OPINION": """democrat|democratic|republican|independent|libertarian|green|green party|green party member|conservative|liberal|labour|labour party|conservative party|liberal democrat
        liberal democrats|snp|plaid cymru|reform uk|ukip|socialist|communist|social democrat|left|right|centre|center|far left|far right|left-wing|right-wing|centre-left|centre-right|moderate
        progressive|democratic party|republican party|libertarian party|cdu|csu|cdu/csu|spd|fdp|afd|die linke|die grünen|grüne|bündnis 90/die grünen|bsw|freie wähler|rassemblement national
        renaissance|les républicains|parti socialiste|la france insoumise|europe écologie|psoe|pp|partido popular|vox|podemos|sumar|ciudadanos|pd|partito democratico|lega|forza italia
        fratelli d'italia|movimento 5 stelle|vvd|d66|pvv|pvda|groenlinks|pis|platforma obywatelska|konfederacja|lewica|övp|spö|fpö|svp|ndp|bloc québécois|bjp|congress|aap|anc|eff|da""",
    "SEXUAL_ORIENTATION": """heterosexual|homosexual|bisexual|gay|lesbian|straight|queer|asexual|pansexual|demisexual|questioning|gay or lesbian|heterosexuell|homosexuell|bisexuell|lesbisch|schwul
        hétérosexuel|homosexuel|bisexuel|hétérosexuelle|lesbienne|homosexuelle|heterosexual|lesbiana|bisexuelle|eterosessuale|omosessuale|bisessuale|異性愛|同性愛|prefer not to say|lgbtq+|straight/heterosexual""",
    "UNION_MEMBERSHIP": """ig metall|verdi|ver.di|ig bce|gew|eg bau|unison|unite|unite the union|gmb|usdaw|pcs|nut|neu|nasuwt|rmt|aslef|afl-cio|seiu|teamsters|uaw|afscme|ufcw|aft|nea|ibew|usw|cwa
        cgt|cfdt|fo|force ouvrière|cftc|cfe-cgc|unsa|sud|solidaires|ccoo|ugt|uso|csif|cgil|cisl|uil|fnv|cnv|solidarność|opzz|lo|tco|saco|union member|non-member|trade union member|not a union member|non-union|unionized""",
    "GENETIC_DATA": """brca1|brca2|brca1 positive|brca2 positive|brca1 mutation|brca2 mutation|apoe e4|apoe ε4|htt|cftr|factor v leiden|mthfr|tp53|lynch syndrome|egfr mutation|kras|hla-b27|hla-b*57:01|cyp2d6|cyp2c19""",
    "CRIMINAL_RECORD": """no record|misdemeanor|felony|felony conviction|convicted|conviction|acquitted|theft|burglary|robbery|assault|fraud|dui|drug possession|arson|manslaughter|murder|vandalism|shoplifting
        embezzlement|parole|probation|no convictions|spent conviction|homicide|kidnapping|battery|trespassing|diebstahl|betrug|körperverletzung|vol|fraude|robo""",
    "OCCUPATION": """engineer|software engineer|teacher|nurse|registered nurse|doctor|physician|lawyer|accountant|manager|project manager|sales manager|developer|designer|architect|chef|electrician
        plumber|carpenter|mechanic|driver|truck driver|cashier|waiter|waitress|pharmacist|dentist|surgeon|scientist|analyst|data analyst|consultant|administrator|receptionist|librarian
        journalist|photographer|musician|actor|artist|pilot|firefighter|police officer|soldier|farmer|student|retired|unemployed|secretary|clerk|salesperson|translator|psychologist|therapist
        lehrer|lehrerin|krankenschwester|arzt|ärztin|ingenieur|verkäufer|professeur|infirmière|médecin|avocat|enfermera|médico|abogado|profesor|ingeniero""",
}
LEVELS = """debug|info|warn|warning|error|fatal|trace|critical|notice|verbose|active|inactive|pending|approved|rejected|open|closed|new|done|shipped|delivered|cancelled|canceled|returned|processing
completed|failed|success|succeeded|running|queued|draft|published|archived|enabled|disabled|true|false|yes|no|y|n|on|off|low|medium|high|gold|silver|bronze|platinum|basic|standard|premium
monthly|yearly|daily|weekly|red|green|blue|black|white|yellow|orange|purple|grey|gray|brown|pink|small|large|xl|xxl|xs|s|m|l|monday|tuesday|wednesday|thursday|friday|saturday|sunday
january|february|march|april|may|june|july|august|september|october|november|december|north|south|east|west|get|post|put|delete|patch|head|options|usd|eur|gbp|jpy|chf|cad|aud|paid|unpaid|refunded
in progress|on hold|kg|g|lb|oz|ml|cm|mm|km|pcs|box|null|ok|prod|dev|staging|test"""
